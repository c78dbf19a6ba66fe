import { type ControlHandlers, createToken, readSession, startControlServer } from '@lab/console';
import { UsageError } from '@lab/sdk';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { buildPages } from './build-pages.ts';
import { builtSite } from './built-site.ts';
import { consoleAddress, removeDoor, writeDoor } from './console-door.ts';
import { consoleRecords } from './console-records.ts';

const consolePort = 4_777;

/** `lab open --console`: that of the running session; else one of stored runs, served from here until Ctrl-C. */
export async function openConsole(context: Context): Promise<number> {
  await buildPages(context);
  const session = readSession(context.labDir);
  if (session.kind === 'running' && session.record.port !== null) {
    const { run, port, token } = session.record;
    await show(context, { run, port, token });
    return exitCode.done;
  }
  const token = createToken();
  await using server = await startControlServer({
    port: consolePort,
    token,
    events: () => null,
    handlers: noSession,
    records: consoleRecords(context),
    site: builtSite(context.repoRoot),
  });
  await show(context, { run: null, port: server.port, token });
  context.output.say('Nothing is running: the console shows stored runs. Ctrl-C ends it.');
  await aborted(context.signal);
  removeDoor(context.labDir);
  return exitCode.done;
}

interface Shown {
  readonly run: string | null;
  readonly port: number;
  readonly token: string;
}

/** Only a person without a display is told the token, in the address: it is the way in. */
async function show(context: Context, { run, port, token }: Shown): Promise<void> {
  const { output, io, labDir } = context;
  const url = consoleAddress({ port, token });
  const file = writeDoor(labDir, url);
  const opened = !output.json && (await openInBrowser(file, io.env));
  output.result({ schema: 'lab.open/1', run: run ?? '', file, url, opened }, () =>
    opened ? [`http://127.0.0.1:${port}/console/`] : [url],
  );
}

const noSession: ControlHandlers = {
  status: () => ({ schema: 'lab.status/1', running: false }),
  stop: () => undefined,
  load: refuse,
  faults: () => refuseNow(),
  changeFaults: refuse,
  connections: () => refuseNow(),
  grade: () => refuseNow(),
};

async function refuse(): Promise<never> {
  return refuseNow();
}

function refuseNow(): never {
  throw new UsageError('E_NO_SESSION', { message: 'Nothing is running.', hint: 'npx lab start' });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
