import type { Testbed } from '@lab/runner';
import type { ReplicaName } from '@lab/sdk';
import { createSecretFiles, type SecretFiles } from './secret-files.ts';

/** Where a part or a replica of the running stack is reached, past Toxiproxy. What is down has no address. */
export type Reachable =
  /** `url` holds the password; `secretFile` is a password file as PostgreSQL's clients read it. */
  | { readonly kind: 'database'; readonly name: string; readonly url: string; readonly secretFile: string }
  /** `url` holds the password, and so does `secretFile`, alone. */
  | { readonly kind: 'store'; readonly name: string; readonly url: string; readonly secretFile: string }
  /** The provider takes whoever asks at `url` for this caller. */
  | { readonly kind: 'provider'; readonly name: string; readonly url: string; readonly caller: string }
  /** `secretFile`: for `curl --config`, with the account that owns everything. */
  | {
      readonly kind: 'bucket';
      readonly name: string;
      readonly url: string;
      readonly region: string;
      readonly secretFile: string;
    }
  /** The scanner takes whoever comes to `url` for this caller. */
  | { readonly kind: 'scanner'; readonly name: string; readonly url: string; readonly caller: string }
  | { readonly kind: 'receiver'; readonly name: string; readonly url: string }
  | { readonly kind: 'proxies'; readonly name: string; readonly url: string }
  | { readonly kind: 'other'; readonly name: string; readonly url: string }
  | {
      readonly kind: 'api' | 'worker';
      readonly name: string;
      /** Of the API; a worker has none. */
      readonly url: string | null;
      /** Probes and figures. */
      readonly internalUrl: string | null;
    };

/** What the control API tells of them. */
export interface ConnectionsDocument {
  readonly scenario: string;
  readonly run: string;
  readonly parts: readonly Reachable[];
}

/** What of a testbed is needed to say where its pieces are. */
export type ConnectionGround = Pick<
  Testbed,
  | 'adminUrl'
  | 'bucket'
  | 'names'
  | 'parts'
  | 'paymentDoor'
  | 'receiverDoor'
  | 'replicas'
  | 'run'
  | 'runDir'
  | 'scannerDoor'
  | 'storeUrl'
>;

/** Every part and replica of a running stack. Puts passwords into files of the run. */
export function connectionsOf(ground: ConnectionGround): readonly Reachable[] {
  const secrets = createSecretFiles(ground.runDir);
  const parts = ground.parts.map((part) => ofPart(ground, part, secrets));
  const replicas = ground.names.map((name): Reachable => {
    const found = ground.replicas.find((replica) => replica.name === name);
    const kind = name.startsWith('worker-') ? 'worker' : 'api';
    return { kind, name, url: found?.url ?? null, internalUrl: found?.internalUrl ?? null };
  });
  return [...parts, ...replicas];
}

function ofPart(ground: ConnectionGround, part: Testbed['parts'][number], secrets: SecretFiles): Reachable {
  const { part: name, host, port } = part;
  const url = `http://${host}:${port}`;
  switch (name) {
    case 'postgres': {
      const admin = ground.adminUrl();
      return { kind: 'database', name, url: admin, secretFile: secrets.keep(`${name}.pgpass`, passwordLine(admin)) };
    }
    case 'redis-cache':
    case 'redis-queue':
    case 'redis-limits': {
      const store = ground.storeUrl(name);
      if (store === null) return { kind: 'other', name, url };
      return { kind: 'store', name, url: store, secretFile: secrets.keep(`${name}.password`, passwordOf(store)) };
    }
    case 's3':
      return bucketOf(ground, name, secrets) ?? { kind: 'other', name, url };
    case 'payment':
      return providerOf(ground, name) ?? { kind: 'other', name, url };
    case 'scanner':
      return scannerOf(ground, name) ?? { kind: 'other', name, url };
    case 'receiver': {
      const door = ground.receiverDoor;
      return door === null ? { kind: 'other', name, url } : { kind: 'receiver', name, url: httpUrl(door) };
    }
    case 'toxiproxy':
      return { kind: 'proxies', name, url };
    default:
      return { kind: 'other', name, url };
  }
}

function bucketOf({ bucket }: ConnectionGround, name: string, secrets: SecretFiles): Reachable | null {
  if (bucket === null) return null;
  const { url, region, credentials } = bucket;
  const account = `${credentials.accessKeyId}:${credentials.secretAccessKey}`;
  // A line of a configuration file of curl; in its quotation marks a backslash and one of them are escaped.
  const line = `user = "${account.replaceAll(/[\\"]/g, '\\$&')}"`;
  return { kind: 'bucket', name, url: `${url}/${bucket.name}`, region, secretFile: secrets.keep(`${name}.curl`, line) };
}

/** A worker's door where there is one: workers are who calls provider and scanner. */
function doorOf<T>(names: ConnectionGround['names'], find: (caller: ReplicaName) => T | null) {
  const caller = names.find((candidate) => candidate.startsWith('worker-')) ?? names[0];
  const door = caller === undefined ? null : find(caller);
  return caller === undefined || door === null ? null : { caller, door };
}

function providerOf({ names, paymentDoor }: ConnectionGround, name: string): Reachable | null {
  const found = doorOf(names, paymentDoor);
  return found && { kind: 'provider', name, url: httpUrl(found.door), caller: found.caller };
}

function scannerOf({ names, scannerDoor }: ConnectionGround, name: string): Reachable | null {
  const found = doorOf(names, scannerDoor);
  return found && { kind: 'scanner', name, url: `tcp://${found.door.host}:${found.door.port}`, caller: found.caller };
}

function httpUrl({ host, port }: { readonly host: string; readonly port: number }): string {
  return `http://${host}:${port}`;
}

/** A line of a PostgreSQL password file: host, port, database, user and password between colons. */
function passwordLine(address: string): string {
  const { hostname, port, pathname, username } = new URL(address);
  const fields = [hostname, port, pathname.slice(1), decodeURIComponent(username), passwordOf(address)];
  return fields.map((field) => field.replaceAll(/[\\:]/g, '\\$&')).join(':');
}

function passwordOf(address: string): string {
  return decodeURIComponent(new URL(address).password);
}
