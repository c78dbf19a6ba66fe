import { join } from 'node:path';
import { type PauseControl, type RestartablePart, spawnPart } from '@lab/runtime';
import type { ReplicaName } from '@lab/sdk';
import { roleOf } from './roles.ts';
import type { TestbedParts } from './testbed.ts';

/** What may be done to the process of a part. Only a part that can be booted again may be killed. */
export interface PartControl extends PauseControl {
  readonly restarts?: Pick<RestartablePart, 'kill' | 'restart' | 'restartEmpty'>;
}

/** A program of the lab's own that runs beside the parts, and ends with the run at the latest. */
export interface HelperSpec {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

export interface Helper {
  readonly pid: number;
  /** The last lines that it printed. */
  tail(): readonly string[];
  kill(): Promise<unknown>;
}

/** Doors of a testbed for whoever disturbs it by hand. */
export interface TestbedControls {
  /** Every process of ShelfWise that the stack has, running or not. */
  readonly names: readonly ReplicaName[];
  /** The database login of a replica. */
  roleOf(replica: ReplicaName): string;
  /** Straight address of a store, with its password; null where the stack has none. */
  storeUrl(store: 'redis-cache' | 'redis-queue'): string | null;
  /** Straight address of the payment provider for this caller; null where the stack has none. */
  paymentDoor(caller: ReplicaName): { readonly host: string; readonly port: number } | null;
  /** Null for what is no part of this stack, and for Toxiproxy: an instrument of the lab. */
  controlOf(part: string): PartControl | null;
  spawnHelper(spec: HelperSpec): Promise<Helper>;
}

export function testbedControls(parts: TestbedParts, names: readonly ReplicaName[]): TestbedControls {
  const { context, postgres, cache, queue, world } = parts;
  const stores = { 'redis-cache': cache, 'redis-queue': queue };
  return {
    names,
    roleOf,
    storeUrl: (store) => stores[store]?.url ?? null,
    paymentDoor: (caller) => (world === null ? null : { host: world.host, port: world.portOf(caller) }),
    controlOf: (part) => {
      switch (part) {
        case 'postgres':
          return postgres;
        case 'payment':
          return world;
        case 'redis-cache':
        case 'redis-queue': {
          const store = stores[part];
          return store === null ? null : { pause: store.pause, resume: store.resume, restarts: store };
        }
        default:
          return null;
      }
    },
    spawnHelper: ({ name, file, args }) =>
      spawnPart(context, {
        part: name,
        command: process.execPath,
        args: [file, ...args],
        cwd: context.runDir,
        env: { NODE_COMPILE_CACHE: join(context.cacheDir, 'node-compile-cache') },
        logFile: join(context.runDir, 'logs', `${name}.log`),
      }),
  };
}
