import type {
  RedisName,
  StartedPart,
  StartedPostgres,
  StartedRedis,
  StartedS3,
  StartedToxiproxy,
  StartedWorld,
  WorldPart,
} from '@lab/runtime';
import type { ReplicaName, StackPart } from '@lab/sdk';
import { createWorldControl } from '@lab/world';
import { databaseName } from './service-environment.ts';
import { askPart, databasePing, emptyStore, storePing } from './stores.ts';
import type { PartControl } from './testbed-controls.ts';

/** The parts of one stack. Null: the scenario does not name it. */
export interface RunningParts {
  readonly postgres: StartedPostgres;
  readonly stores: Readonly<Record<RedisName, StartedRedis | null>>;
  readonly s3: StartedS3 | null;
  readonly services: Readonly<Record<WorldPart, StartedWorld | null>>;
  readonly toxiproxy: StartedToxiproxy;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** One part, as a testbed deals with each of them. */
export interface StackMember extends Address {
  readonly part: StackPart;
  /** `pid` and `exited` are of the newest process. */
  readonly running: StartedPart;
  /** What this process of ShelfWise reaches by a proxy of its own; null for a part that has no proxies. */
  upstreamOf(name: ReplicaName): Address | null;
  /** One question past all proxies; throws when it is not answered. */
  ping(): Promise<void>;
  /** Null for an instrument of the lab. */
  readonly control: PartControl | null;
  /** As it was at the start, without data and without behaviours. */
  reset(): Promise<void>;
}

/** Everybody who calls the receiver calls this port: customers' addresses do not depend on who sends. */
export const receiverCaller = 'shops';

/** Every part of the stack, in the order in which they are told to people. */
export function membersOf(parts: RunningParts, signal: AbortSignal): readonly StackMember[] {
  const { postgres, stores, s3, services, toxiproxy } = parts;
  return [
    databaseMember(postgres),
    ...Object.values(stores).flatMap((store) => (store === null ? [] : storeMember(store))),
    ...(s3 === null ? [] : [objectStoreMember(s3)]),
    ...Object.values(services).flatMap((service) => (service === null ? [] : serviceMember(service, signal))),
    proxyMember(toxiproxy),
  ];
}

function databaseMember(postgres: StartedPostgres): StackMember {
  const { host, port } = postgres;
  return {
    part: 'postgres',
    running: postgres,
    host,
    port,
    upstreamOf: () => ({ host, port }),
    ping: () => databasePing(postgres.adminUrl(databaseName)),
    control: postgres,
    reset: async () => void (await postgres.freshDatabase()),
  };
}

function storeMember(store: StartedRedis): StackMember {
  const { host, port, url } = store;
  return {
    part: store.part as RedisName,
    running: store,
    host,
    port,
    upstreamOf: () => ({ host, port }),
    ping: () => storePing(url),
    control: { pause: store.pause, resume: store.resume, restarts: store },
    reset: () => emptyStore(url),
  };
}

function objectStoreMember(s3: StartedS3): StackMember {
  const { host, port, url } = s3;
  return {
    part: 's3',
    running: s3,
    host,
    port,
    upstreamOf: () => ({ host, port }),
    // A refusal is an answer too: without a signature nothing is given.
    ping: () => askPart('s3', url, [403]),
    control: { pause: s3.pause, resume: s3.resume, restarts: s3 },
    reset: () => s3.empty(),
  };
}

function serviceMember(service: StartedWorld, signal: AbortSignal): StackMember {
  const { host, controlUrl, token } = service;
  const part = service.part as WorldPart;
  const control = createWorldControl({ url: controlUrl, token, signal });
  return {
    part,
    running: service,
    host: new URL(controlUrl).hostname,
    port: Number(new URL(controlUrl).port),
    // A door of its own for each: the port names the caller.
    upstreamOf: (name) => (part === 'receiver' ? null : { host, port: service.portOf(name) }),
    ping: () => control.ping(),
    control: service,
    reset: () => control.reset(),
  };
}

function proxyMember(toxiproxy: StartedToxiproxy): StackMember {
  const api = new URL(toxiproxy.apiUrl);
  return {
    part: 'toxiproxy',
    running: toxiproxy,
    host: api.hostname,
    port: Number(api.port),
    upstreamOf: () => null,
    ping: () => askPart('toxiproxy', `${toxiproxy.apiUrl}/version`, [200]),
    control: null,
    // Its proxies are cleared one by one: resetting it does not bring back one that was removed.
    reset: async () => undefined,
  };
}
