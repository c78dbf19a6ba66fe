import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type LogLine, recordingLog } from './recording-log.ts';
import { type RunningWebhookWorker, startWebhookWorker } from './webhook-worker.ts';

export interface TestWebhookWorker extends AsyncDisposable, Pick<RunningWebhookWorker, 'metrics'> {
  readonly logs: readonly LogLine[];
}

type Environment = Readonly<Record<string, string>>;

/** A webhook worker in this process. */
export function startTestWebhookWorker(environment: Environment): TestWebhookWorker {
  const logs: LogLine[] = [];
  const worker = startWebhookWorker(environment, recordingLog(logs));
  return { logs, metrics: worker.metrics, [Symbol.asyncDispose]: () => worker.stop() };
}

export interface WebhookWorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** It has been told to stop. */
  readonly stopping: Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** A webhook worker as a process of its own; it is killed at the end if it still runs. */
export async function spawnTestWebhookWorker(environment: Environment): Promise<WebhookWorkerProcess> {
  const program = new URL('./webhook-worker-main.ts', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const [started, stopping] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { msg } = JSON.parse(line);
    if (msg === 'webhook worker started') started.resolve();
    if (msg === 'webhook worker stopping') stopping.resolve();
  });
  void exited.then((code) => started.reject(new Error(`The worker ended with code ${code}. ${errors.join('')}`)));
  await started.promise;
  return { child, exited, stopping: stopping.promise, kill, [Symbol.asyncDispose]: kill };
}
