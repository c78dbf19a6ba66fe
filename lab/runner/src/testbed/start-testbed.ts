import { join } from 'node:path';
import {
  type Log,
  openRun,
  type RuntimeContext,
  type StartedPart,
  startPostgres,
  startRedis,
  startToxiproxy,
  startWorld,
  type ToolPaths,
} from '@lab/runtime';
import type { Clock, Scenario, StackPart } from '@lab/sdk';
import { worldMainFile } from '@lab/world';
import { lossAmong } from './lost-part.ts';
import { databaseName, newSecrets } from './service-environment.ts';
import { connectAdmin, shopTemplate } from './template.ts';
import { createTestbed, replicaNames, type Testbed } from './testbed.ts';

export interface TestbedOptions {
  readonly repoRoot: string;
  readonly scenario: Scenario;
  readonly cacheDir: string;
  readonly tools: ToolPaths;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
  /** Called as each part becomes ready. */
  onPart?(part: string, durationMs: number): void;
}

/** Starts the parts that the scenario's stack names; replicas come later, from somebody's code. */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const open = await openRun(options);
  const started: AsyncDisposable[] = [open];
  const parts: StartedPart[] = [];
  const dispose = async (): Promise<void> => {
    // One that cannot be stopped must not keep the others, and the guardian last, from being stopped.
    const stack = new AsyncDisposableStack();
    for (const part of started.splice(0)) stack.use(part);
    await stack.disposeAsync();
  };
  try {
    return await startParts({ ...options, context: open.ctx, started, parts, dispose });
  } catch (error) {
    const loss = options.signal.aborted ? null : await lossAmong(parts, error);
    await dispose();
    throw loss ?? error;
  }
}

/** One testbed serves runs of many seeds; what a run draws, it draws with its own. */
const worldSeed = 1;

interface StartOptions extends TestbedOptions {
  readonly context: RuntimeContext;
  readonly started: AsyncDisposable[];
  readonly parts: StartedPart[];
  dispose(): Promise<void>;
}

async function startParts(options: StartOptions): Promise<Testbed> {
  const { context, scenario, started } = options;
  const serviceDir = join(options.repoRoot, 'lab', 'service');
  const timed = async <T extends StartedPart>(part: string, start: Promise<T>): Promise<T> => {
    const from = options.clock.nowMs();
    const running = await start;
    started.push(running);
    options.parts.push(running);
    options.onPart?.(part, options.clock.nowMs() - from);
    return running;
  };
  const template = await shopTemplate(context, serviceDir);
  const whereWanted = <T extends StartedPart>(part: StackPart, start: () => Promise<T>): Promise<T | null> =>
    scenario.stack.parts.includes(part) ? timed(part, start()) : Promise.resolve(null);
  const [postgres, cache, queue, world, toxiproxy] = await settleAll([
    timed('postgres', startPostgres(context, { template })),
    whereWanted('redis-cache', () => startRedis(context, { name: 'redis-cache' })),
    whereWanted('redis-queue', () => startRedis(context, { name: 'redis-queue' })),
    whereWanted('payment', () =>
      startWorld(context, { main: worldMainFile, callers: replicaNames(scenario), seed: worldSeed }),
    ),
    timed('toxiproxy', startToxiproxy(context)),
  ]);
  const secrets = newSecrets();
  await postgres.freshDatabase();
  await setPasswords(postgres.adminUrl(databaseName), secrets.database);
  return await createTestbed({
    context,
    scenario,
    serviceDir,
    postgres,
    cache,
    queue,
    world,
    toxiproxy,
    secrets,
    clockNowMs: options.clock.nowMs,
    dispose: options.dispose,
  });
}

/** Waits for all, also when one fails, so that nothing is still starting when the clean-up runs. */
async function settleAll<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as unknown as T;
}

async function setPasswords(adminUrl: string, password: string): Promise<void> {
  const admin = await connectAdmin(adminUrl);
  try {
    const { rows } = await admin.query<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolcanlogin AND (rolname LIKE 'api\\_%' OR rolname LIKE 'worker\\_%' OR rolname = 'shelfwise_owner')`,
    );
    for (const { rolname } of rows) await admin.query(`ALTER ROLE "${rolname}" PASSWORD '${password}'`);
  } finally {
    await admin.end();
  }
}
