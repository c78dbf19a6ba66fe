import { type Answered, changeFaults, readFaults, readSession, type SessionRecord } from '@lab/console';
import type { ActiveFault, EndedFault, FaultFacts, StartedFault } from '@lab/faults';
import { EnvironmentError, UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { faultLines, faultListLines } from '../output/fault-lines.ts';
import { duration } from '../output/figures.ts';
import { withoutControls } from '../output/paint.ts';
import { durationOption, flagOption, textOption } from '../read-options.ts';
import { knownFault } from '../session/known-fault.ts';
import { errorFromFacts } from '../session/messages.ts';
import { suggest } from '../suggest.ts';

const actions = ['list', 'on', 'off'];
/** Of each action; an option of another is a slip that would change nothing, unseen. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  list: [],
  on: ['target', 'set', 'for'],
  off: ['target', 'all'],
};

interface FaultsDocument {
  readonly scenario: string;
  readonly faults: readonly FaultFacts[];
  readonly active: readonly ActiveFault[];
}

/** `lab fault list|on|off`: disturbances by hand in the running session. */
export async function fault(context: Context, input: CommandInput): Promise<number> {
  const action = String(input.args[0]);
  const id = typeof input.args[1] === 'string' ? input.args[1] : undefined;
  refuseOptions(action, input);
  const { faultCatalogue } = await context.services.faults();
  if (id !== undefined) knownFault(faultCatalogue, id);
  switch (action) {
    case 'list':
      return await list(context, id);
    case 'on':
      return await on(context, input, id);
    default:
      return await off(context, input, id);
  }
}

async function list(context: Context, id: string | undefined): Promise<number> {
  const { output } = context;
  const session = readSession(context.labDir);
  const document = session.kind === 'running' ? await read(session.record) : await withoutSession(context);
  const faults = document.faults.filter((found) => id === undefined || found.id === id);
  const { scenario, active } = document;
  output.result({ schema: 'lab.fault-list/1', running: session.kind === 'running', scenario, faults, active }, () =>
    id === undefined ? faultListLines(faults, output.paint) : faults.flatMap((one) => faultLines(one, output.paint)),
  );
  if (session.kind !== 'running') output.say('Nothing is running: start a session with npx lab start.');
  return exitCode.done;
}

async function on(context: Context, input: CommandInput, id: string | undefined): Promise<number> {
  if (id === undefined) throw new UsageError('E_FAULT', { message: 'Which fault?', hint: 'npx lab fault list' });
  const change = {
    action: 'on',
    id,
    target: textOption(input, 'target'),
    set: settings(input.options['set']),
    forMs: durationOption(input, 'for'),
  };
  const { started } = told(await changeFaults(runningSession(context), change)) as { started: StartedFault };
  context.output.result({ schema: 'lab.fault-on/1', ...started }, () => {
    const time = started.forMs === null ? 'happened' : `is on for ${duration(started.forMs)}`;
    return [`${started.id} on ${started.target} ${time}: ${withoutControls(started.measured)}.`];
  });
  return exitCode.done;
}

async function off(context: Context, input: CommandInput, id: string | undefined): Promise<number> {
  const isAll = flagOption(input, 'all');
  const target = textOption(input, 'target');
  if (isAll && (id !== undefined || target !== undefined)) {
    throw new UsageError('E_OPTION', { message: '--all goes with neither a fault nor --target.' });
  }
  const record = runningSession(context);
  const { active } = await read(record);
  if (!isAll && id === undefined && target === undefined && active.length > 1) {
    throw new UsageError('E_FAULT', {
      message: `Which fault? On are ${active.map((one) => `${one.id} (${one.target})`).join(', ')}.`,
      hint: 'npx lab fault off --all',
    });
  }
  const isNothing = id === undefined && target === undefined && active.length === 0;
  const answered = isNothing ? null : await changeFaults(record, { action: 'off', id, target });
  const { ended } = isNothing ? { ended: [] } : (told(answered) as { ended: readonly EndedFault[] });
  context.output.result({ schema: 'lab.fault-off/1', ended }, () =>
    isNothing ? ['No fault is on.'] : ended.map(endedText),
  );
  return ended.some(({ state }) => state === 'stays') ? exitCode.failed : exitCode.done;
}

function endedText({ id, target, state, measured }: EndedFault): string {
  const what = state === 'off' ? 'is over' : 'could not be ended, and is tried again';
  return `${id} on ${target} ${what}: ${withoutControls(measured)}.`;
}

async function read(record: SessionRecord): Promise<FaultsDocument> {
  return told(await readFaults(record)) as FaultsDocument;
}

async function withoutSession(context: Context): Promise<Omit<FaultsDocument, 'scenario'> & { scenario: null }> {
  const { describeFaults } = await context.services.faults();
  return { scenario: null, faults: describeFaults({ reason: 'start a session' }), active: [] };
}

function runningSession(context: Context): SessionRecord {
  const session = readSession(context.labDir);
  if (session.kind === 'running') return session.record;
  throw new UsageError('E_NO_SESSION', {
    message: 'Nothing is running that could be disturbed.',
    hint: 'npx lab start',
  });
}

/** What the session said. Throws what it refused, as if it had been refused here. */
function told(answered: Answered): unknown {
  if (answered === null) {
    throw new EnvironmentError('E_SESSION_SILENT', {
      message: 'The running session does not answer.',
      hint: 'npx lab status',
    });
  }
  if ('document' in answered) return answered.document;
  const { family = 'Error', ...facts } = answered.error;
  throw errorFromFacts({ name: family, ...facts });
}

/** `name=value`, each. */
function settings(given: unknown): Readonly<Record<string, string>> {
  const texts = Array.isArray(given) ? given.map(String) : [];
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new UsageError('E_OPTION', { message: `--set takes name=value, not "${text}".` });
    }),
  );
}

function refuseOptions(action: string, input: CommandInput): void {
  const allowed = optionsOf[action];
  if (allowed === undefined) {
    const meant = suggest(action, actions);
    throw new UsageError('E_ACTION', {
      message: `lab fault has no action "${action}".`,
      hint: meant === null ? `it has ${actions.join(', ')}` : `Did you mean npx lab fault ${meant}?`,
    });
  }
  const other = ['target', 'set', 'for', 'all'].find(
    (name) => input.options[name] !== undefined && !allowed.includes(name),
  );
  if (other !== undefined) throw new UsageError('E_OPTION', { message: `lab fault ${action} takes no --${other}.` });
}
