import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestDatabase } from './test-database.ts';
import { testRedisUrl } from './test-environment.ts';

/** Of every API that a test starts. */
export const TEST_JWT_SECRET = 'a secret that only tests ever use, 32 characters or more';

const START_LIMIT_MS = 30_000;

interface ApiSite {
  readonly database: Pick<TestDatabase, 'appUrl'>;
  readonly environment?: Readonly<Record<string, string>>;
  /** JavaScript that runs in the process before the program does. */
  readonly before?: string;
}

/** `bin/api.ts` as a process of its own; it is killed at the end if it still runs. */
export interface ApiProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  readonly internalUrl: string;
  /** Resolves with the exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** The same before it says that it has started. */
interface StartingApi extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly started: Promise<ApiProcess>;
}

/** Resolves when the program says that it has started. */
export async function spawnTestApi(site: ApiSite): Promise<ApiProcess> {
  return await beginTestApi(site).started;
}

export function beginTestApi({ database, environment, before }: ApiSite): StartingApi {
  const program = new URL('../../bin/api.ts', import.meta.url).pathname;
  const first = before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`];
  const child = spawn(process.execPath, [...first, program], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      INTERNAL_PORT: '0',
      DATABASE_URL: database.appUrl,
      REDIS_CACHE_URL: testRedisUrl(),
      JWT_SECRET: TEST_JWT_SECRET,
      // Where a test names the store of limits: a busy machine takes its time.
      LIMITS_TIMEOUT_MS: '5000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const dispose = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const patience = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const started = new Promise<ApiProcess>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { msg, port, internalPort } = JSON.parse(line);
      if (msg !== 'service started') return;
      clearTimeout(patience);
      const url = `http://127.0.0.1:${port}`;
      const internalUrl = `http://127.0.0.1:${internalPort}`;
      resolve({ child, port, url, internalUrl, exited, [Symbol.asyncDispose]: dispose });
    });
    void exited.finally(() => clearTimeout(patience));
    void exited.then((code) => {
      clearTimeout(patience);
      reject(new Error(`The API ended with code ${code}. ${errors.join('')}`));
    });
  });
  // Who only waits for it to end is told nothing by it.
  started.catch(() => {});
  return { child, started, [Symbol.asyncDispose]: dispose };
}
