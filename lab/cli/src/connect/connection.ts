import type { Reachable } from '../session/connections.ts';
import {
  databaseCommand,
  getCommand,
  listCommand,
  sendCommand,
  signedInCommand,
  storeCommand,
} from './client-commands.ts';
import type { Client } from './clients.ts';

/** How a part or a replica is reached, for people. */
export interface Connection {
  readonly name: string;
  /** What it is. */
  readonly about: string;
  /** Connection string, or base address; null while it is down. */
  readonly url: string | null;
  /** File that holds the password; null where none is needed. */
  readonly secretFile: string | null;
  /** The program that reaches it; null where the lab knows of none. */
  readonly client: Client | null;
  /** For a POSIX shell, without a secret in it; null without a client or an address. */
  readonly command: string | null;
  readonly notes: readonly string[];
}

const bypass =
  'This goes past Toxiproxy: it works while a link is cut, and no fault on a link delays it. Replicas go through their proxies.';

const storeAbout: Readonly<Record<string, string>> = {
  'redis-cache': 'Redis, the cache',
  'redis-queue': 'Redis, the queue of jobs',
  'redis-limits': 'Redis, the counts of requests',
};

/** The password is left out of `url` unless it is asked for. */
export function describeConnection(reachable: Reachable, options: { readonly withPassword: boolean }): Connection {
  const { name, url } = reachable;
  const plain = { name, url, secretFile: null, client: 'curl', command: null, notes: [] } as const;
  switch (reachable.kind) {
    case 'database':
    case 'store':
      return describeStore(reachable, options.withPassword ? reachable.url : withoutPassword(reachable.url));
    case 'provider':
      return {
        ...plain,
        about: 'the payment provider, outside ShelfWise',
        command: getCommand(`${reachable.url}/healthz`),
        notes: [
          'The charges of an order are at /charges?reference=<id of the order>.',
          `${bypass} The provider takes you for ${reachable.caller}: each caller has a port of its own.`,
        ],
      };
    case 'bucket': {
      const { region, secretFile } = reachable;
      return {
        ...plain,
        secretFile,
        about: 'the object store, the bucket of uploads',
        command: listCommand(reachable.url, region, secretFile),
        notes: [
          bypass,
          'With /<key> in place of ?list-type=2 you get that object.',
          'You are the owner of everything. Customers come here too, by addresses that ShelfWise has signed.',
        ],
      };
    }
    case 'scanner':
      return {
        ...plain,
        client: null,
        about: 'the virus scanner, outside ShelfWise',
        notes: [
          'It speaks as clamd does, over TCP: PING, VERSION and INSTREAM, with z or n in front.',
          `${bypass} The scanner takes you for ${reachable.caller}: each caller has a port of its own.`,
        ],
      };
    case 'receiver':
      return {
        ...plain,
        about: "customers' servers, to which webhooks are sent",
        command: sendCommand(`${reachable.url}/try`, '{}'),
        notes: [
          'Every path is an endpoint and takes what comes, with 204. Register one as a shop: POST /v2/webhook-endpoints.',
          'Workers reach it without a proxy: its address is what a customer has written down.',
        ],
      };
    case 'proxies':
      return {
        ...plain,
        about: 'Toxiproxy, one proxy for each replica and part',
        command: getCommand(`${reachable.url}/proxies`),
        notes: [
          'The name of a proxy says who calls what, as api-1-postgres.',
          'What you change here the lab neither records nor undoes. Faults that it undoes: npx lab fault list',
        ],
      };
    case 'api':
    case 'worker':
      return describeReplica(reachable);
    case 'other':
      return { ...plain, about: 'a part of the stack', client: null };
  }
}

function describeStore(reachable: Extract<Reachable, { kind: 'database' | 'store' }>, url: string): Connection {
  const { kind, name, secretFile } = reachable;
  if (kind === 'store') {
    const command = storeCommand(url, secretFile);
    const about = storeAbout[name] ?? 'Redis';
    return { name, about, url, secretFile, client: 'redis-cli', command, notes: [bypass] };
  }
  return {
    name,
    about: 'PostgreSQL, the data of the shops',
    url,
    secretFile,
    client: 'psql',
    command: databaseCommand(reachable.url, secretFile),
    notes: [
      bypass,
      'You are the superuser: row-level security hides nothing from you, and a lock that you take holds up the service.',
      'In pg_stat_activity, usename names the replica: api_1 is api-1. pg_blocking_pids(pid) says who holds it up.',
      'Saving a migration replaces the database: connect again after it.',
    ],
  };
}

function describeReplica(reachable: Extract<Reachable, { kind: 'api' | 'worker' }>): Connection {
  const { kind, name, internalUrl } = reachable;
  const isApi = kind === 'api';
  const url = isApi ? reachable.url : internalUrl;
  const common = { name, url, secretFile: null, client: 'curl' } as const;
  const about = isApi ? "a replica of ShelfWise's API" : 'a worker of ShelfWise';
  if (url === null) {
    return { ...common, about, command: null, notes: [`It is down. What it printed: npx lab logs ${name}`] };
  }
  if (!isApi) {
    const notes = ['A worker answers probes and figures only: /livez, /readyz, /startupz and /metrics.'];
    return { ...common, about, command: getCommand(`${url}/metrics`), notes };
  }
  return {
    ...common,
    about,
    command: signedInCommand(url),
    notes: [
      'The first line signs in, the second makes the answer a header, the third uses it: the token is in no argument.',
      'Shops are shop-01 to shop-20. Each has an admin, an editor and a clerk, with the password of the seed.',
      ...(internalUrl === null ? [] : [`Probes and figures: ${internalUrl}/readyz and ${internalUrl}/metrics.`]),
    ],
  };
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}
