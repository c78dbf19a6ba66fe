import {
  type RedisName,
  type RuntimeContext,
  type StartedPart,
  type StartedRedis,
  type StartedWorld,
  startPostgres,
  startRedis,
  startS3,
  startToxiproxy,
  startWorld,
  type TemplateSpec,
  type WorldPart,
} from '@lab/runtime';
import type { ReplicaName, Scenario, StackPart } from '@lab/sdk';
import { worldMainFile } from '@lab/world';
import { type RunningParts, receiverCaller } from './members.ts';
import { bucketName } from './service-environment.ts';

interface StartPartsOptions {
  readonly context: RuntimeContext;
  readonly scenario: Scenario;
  /** Of ShelfWise. */
  readonly names: readonly ReplicaName[];
  readonly template: TemplateSpec;
  /** Called as each part becomes ready. */
  onStarted(part: StartedPart): void;
}

/** One testbed serves runs of many seeds; what a run draws, it draws with its own. */
const worldSeed = 1;

/** Starts what the scenario's stack names, side by side. When one does not start, the others were told all the same. */
export async function startParts(options: StartPartsOptions): Promise<RunningParts> {
  const { context, names, template, scenario } = options;
  const told = async <T extends StartedPart>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    options.onStarted(part);
    return part;
  };
  const whereNamed = <T extends StartedPart>(part: StackPart, start: () => Promise<T>): Promise<T | null> =>
    scenario.stack.parts.includes(part) ? told(start()) : Promise.resolve(null);
  const store = (name: RedisName): Promise<StartedRedis | null> =>
    whereNamed(name, () => startRedis(context, { name }));
  const service = (part: WorldPart): Promise<StartedWorld | null> => {
    const callers = part === 'receiver' ? [receiverCaller] : names;
    return whereNamed(part, () => startWorld(context, { part, main: worldMainFile, callers, seed: worldSeed }));
  };
  const [postgres, cache, queue, limits, s3, payment, scanner, receiver, toxiproxy] = await settleAll([
    told(startPostgres(context, { template })),
    store('redis-cache'),
    store('redis-queue'),
    store('redis-limits'),
    whereNamed('s3', () => startS3(context, { buckets: [bucketName] })),
    service('payment'),
    service('scanner'),
    service('receiver'),
    told(startToxiproxy(context)),
  ]);
  return {
    postgres,
    stores: { 'redis-cache': cache, 'redis-queue': queue, 'redis-limits': limits },
    s3,
    services: { payment, scanner, receiver },
    toxiproxy,
  };
}

/** Waits for all, also when one fails, so that nothing is still starting when the clean-up runs. */
async function settleAll<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as unknown as T;
}
