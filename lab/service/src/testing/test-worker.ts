import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseWorkerConfig } from '../platform/config.ts';
import { startWorkerService } from '../worker-service.ts';
import { type LogLine, recordingLog } from './recording-log.ts';
import type { TestDatabase } from './test-database.ts';
import { testQueueUrl, testRedisUrl } from './test-environment.ts';
import type { TestProvider } from './test-provider.ts';

/** What makes a worker work on one test's orders only: its database, provider and place in the queue's Redis. */
export interface WorkerSite {
  readonly database: Pick<TestDatabase, 'appUrl'>;
  readonly provider: Pick<TestProvider, 'url'>;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface TestWorker extends AsyncDisposable {
  readonly internalUrl: string;
  readonly logs: readonly LogLine[];
}

/** A worker in this process. Workers with the same prefix share their jobs. */
export async function startTestWorker({ queuePrefix = randomUUID(), ...site }: WorkerSite & { queuePrefix?: string }) {
  const logs: LogLine[] = [];
  const config = parseWorkerConfig(environmentOf(site));
  const worker = await startWorkerService(config, recordingLog(logs), { queuePrefix });
  return {
    internalUrl: `http://127.0.0.1:${worker.internalPort}`,
    logs,
    async [Symbol.asyncDispose]() {
      await worker.stop();
    },
  } satisfies TestWorker;
}

export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly internalUrl: string;
  readonly exited: Promise<number | null>;
}

/** `bin/worker.ts` as a process of its own; it is killed at the end if it still runs. */
export async function spawnTestWorker(site: WorkerSite): Promise<WorkerProcess> {
  const program = new URL('../../bin/worker.ts', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, ...environmentOf(site) };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const internalPort = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { msg, internalPort: port } = JSON.parse(line);
      if (msg === 'worker started') resolve(port);
    });
    void exited.then((code) => reject(new Error(`The worker ended with code ${code}. ${errors.join('')}`)));
  });
  return {
    child,
    internalUrl: `http://127.0.0.1:${internalPort}`,
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Short times, so that a test of retries and leases lasts a moment. */
function environmentOf({ database, provider, environment }: WorkerSite): Record<string, string> {
  return {
    ENVIRONMENT: 'test',
    PORT: 'ignored',
    INTERNAL_PORT: '0',
    DATABASE_URL: database.appUrl,
    REDIS_CACHE_URL: testRedisUrl(),
    REDIS_QUEUE_URL: testQueueUrl(),
    PAYMENT_URL: provider.url,
    PAYMENT_TIMEOUT_MS: '500',
    JOB_LEASE_MS: '500',
    JOB_STALL_CHECK_MS: '200',
    JOB_ATTEMPTS_MAX: '3',
    BACKOFF_BASE_MS: '50',
    BACKOFF_CAP_MS: '200',
    OUTBOX_POLL_MS: '20',
    ...environment,
  };
}
