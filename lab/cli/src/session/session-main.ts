import type { Context } from '../context.ts';
import { describeError, exitCode } from '../exit-codes.ts';
import { completeIo, type Io } from '../io.ts';
import { createOutput } from '../output/output.ts';
import { services } from '../services.ts';
import { listenForStop } from '../stop-signals.ts';
import { errorFacts, type SessionArgument, type SessionMessage } from './messages.ts';
import { runPractice } from './practice.ts';
import type { SessionReporter } from './reporter.ts';
import { withRate } from './with-rate.ts';

export interface SessionProcess {
  readonly env: Io['env'];
  /** A `SessionArgument`, as JSON. */
  readonly argument: string;
  /** Null once the parent has gone. */
  send(message: SessionMessage): void;
  /** Called when the parent goes away. */
  onParentGone(listener: () => void): void;
}

/** The process of a detached session. Resolves to its exit code. */
export async function sessionMain(own: SessionProcess): Promise<number> {
  const { repoRoot, labDir, scenario: id, seed, rate } = JSON.parse(own.argument) as SessionArgument;
  const io = completeIo({ env: own.env });
  const output = createOutput(io, { json: false, quiet: false });
  const stop = listenForStop(io, output);
  const orphaned = new AbortController();
  const reporter = relayingReporter(own, output.say);
  own.onParentGone(() => {
    // Before it stands nobody would know of it; after that the parent leaves on purpose.
    if (!reporter.stands()) orphaned.abort();
  });
  const context: Context = {
    io,
    output,
    services,
    repoRoot,
    labDir,
    signal: AbortSignal.any([stop.signal, orphaned.signal]),
    interactive: false,
    verbose: false,
  };
  try {
    const { loadScenario } = await services.scenarios();
    const scenario = withRate(await loadScenario(id), rate ?? undefined);
    await runPractice(context, { scenario, seed, reporter, beganMs: performance.now() });
    if (!reporter.stands()) own.send({ kind: 'stopped' });
    return exitCode.done;
  } catch (error) {
    output.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    own.send({ kind: 'error', error: errorFacts(context.signal.aborted ? context.signal.reason : error) });
    return describeError(error).exitCode;
  } finally {
    stop.dispose();
  }
}

function relayingReporter(own: SessionProcess, log: (line: string) => void): SessionReporter & { stands(): boolean } {
  let stands = false;
  const tell = (kind: 'begin' | 'note' | 'done' | 'say' | 'warn', text: string): void => {
    if (!stands) own.send({ kind, text });
    if (kind !== 'note' && text !== '') log(text);
  };
  return {
    begin: (text) => tell('begin', text),
    note: (text) => tell('note', text),
    done: (text = '') => tell('done', text),
    failed: () => own.send({ kind: 'failed' }),
    say: (text) => tell('say', text),
    warn: (text) => tell('warn', text),
    ready: (info) => {
      own.send({ kind: 'ready', info });
      stands = true;
    },
    tick: () => undefined,
    stands: () => stands,
  };
}
