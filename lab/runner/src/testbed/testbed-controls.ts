import { join } from 'node:path';
import {
  type PauseControl,
  type RedisName,
  type RestartablePart,
  type RuntimeContext,
  type S3Target,
  spawnPart,
} from '@lab/runtime';
import type { ReplicaName } from '@lab/sdk';
import { type RunningParts, receiverCaller, type StackMember } from './members.ts';
import { roleOf } from './roles.ts';
import { bucketName } from './service-environment.ts';

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

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Doors of a testbed for whoever disturbs it by hand. */
export interface TestbedControls {
  /** Every process of ShelfWise that the stack has, running or not. */
  readonly names: readonly ReplicaName[];
  /** The database login of a replica. */
  roleOf(replica: ReplicaName): string;
  /** Straight address of a Redis, with its password; null where the stack has none. */
  storeUrl(store: RedisName): string | null;
  /** The bucket of uploads, straight; null where the stack has no object store. */
  readonly bucket: (S3Target & { readonly name: string }) | null;
  /** Straight address of the payment provider for this caller; null where the stack has none. */
  paymentDoor(caller: ReplicaName): Address | null;
  /** The same of the virus scanner. */
  scannerDoor(caller: ReplicaName): Address | null;
  /** Where customers are told of their orders, whoever tells them; null where the stack has no receiver. */
  readonly receiverDoor: Address | null;
  /** Null for what is no part of this stack, and for Toxiproxy: an instrument of the lab. */
  controlOf(part: string): PartControl | null;
  spawnHelper(spec: HelperSpec): Promise<Helper>;
}

interface ControlsOptions {
  readonly context: RuntimeContext;
  readonly parts: RunningParts;
  readonly members: readonly StackMember[];
  readonly names: readonly ReplicaName[];
}

export function testbedControls({ context, parts, members, names }: ControlsOptions): TestbedControls {
  const { stores, s3, services } = parts;
  const doorTo = (service: 'payment' | 'scanner' | 'receiver', caller: string): Address | null => {
    const found = services[service];
    return found === null ? null : { host: found.host, port: found.portOf(caller) };
  };
  return {
    names,
    roleOf,
    storeUrl: (store) => stores[store]?.url ?? null,
    bucket: s3 === null ? null : { name: bucketName, url: s3.url, region: s3.region, credentials: s3.credentials },
    paymentDoor: (caller) => doorTo('payment', caller),
    scannerDoor: (caller) => doorTo('scanner', caller),
    receiverDoor: doorTo('receiver', receiverCaller),
    controlOf: (part) => members.find((member) => member.part === part)?.control ?? null,
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
