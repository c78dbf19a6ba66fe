import { randomBytes } from 'node:crypto';
import type { RedisName, S3Target } from '@lab/runtime';
import type { DependencyName, ReplicaName, Scenario, StackPart } from '@lab/sdk';
import { roleOf } from './roles.ts';

export const databaseName = 'shop';
export const ownerRole = 'shelfwise_owner';
/** Of uploads. */
export const bucketName = 'shelfwise';

/** Passwords of one testbed; made anew each time and never written to a log or an argument. */
export interface Secrets {
  readonly database: string;
  readonly jwt: string;
  /** 32 bytes in base64, by which ShelfWise encrypts what it keeps. */
  readonly encryption: string;
}

export function newSecrets(): Secrets {
  return {
    database: randomBytes(24).toString('hex'),
    jwt: randomBytes(32).toString('hex'),
    encryption: randomBytes(32).toString('base64'),
  };
}

interface ReplicaAddresses {
  readonly dependency: (name: DependencyName) => { readonly host: string; readonly port: number };
  readonly passwordOf: (store: RedisName) => string;
  /** The object store as customers reach it, past all proxies; null where there is none. */
  readonly publicStore: S3Target | null;
}

interface EnvironmentOptions {
  readonly scenario: Scenario;
  readonly secrets: Secrets;
  readonly addresses: ReplicaAddresses;
}

type Variables = Readonly<Record<string, string>>;

/** ShelfWise's environment for one replica: every dependency behind the replica's own proxy. */
export function replicaEnvironment(replica: ReplicaName, options: EnvironmentOptions): Record<string, string> {
  const { scenario, secrets } = options;
  const common: Variables = {
    ENVIRONMENT: 'production',
    LOG_LEVEL: 'warn',
    JWT_SECRET: secrets.jwt,
    DATABASE_POOL_MAX: '20',
    // Practice goes on for hours, and the load logs in once.
    ACCESS_TOKEN_TTL_SECONDS: '86400',
  };
  const ofParts = scenario.stack.parts.map((part) => variablesOf(part, replica, options));
  return Object.assign({}, common, ...ofParts, scenario.stack.environment);
}

/** What a part that is there makes known to ShelfWise; what a stack does not name, ShelfWise does not have. */
function variablesOf(part: StackPart, replica: ReplicaName, options: EnvironmentOptions): Variables {
  const { scenario, secrets, addresses } = options;
  const { replicas } = scenario.stack;
  const redisUrl = (store: RedisName): string => `redis://:${addresses.passwordOf(store)}@${at(store)}`;
  const at = (dependency: DependencyName): string => {
    const { host, port } = addresses.dependency(dependency);
    return `${host}:${port}`;
  };
  switch (part) {
    case 'postgres':
      return { DATABASE_URL: `postgres://${roleOf(replica)}:${secrets.database}@${at(part)}/${databaseName}` };
    case 'redis-cache':
      return { REDIS_CACHE_URL: redisUrl(part) };
    case 'redis-queue':
      return { REDIS_QUEUE_URL: redisUrl(part) };
    case 'redis-limits':
      // By the counts a process knows its share of a limit while the store is away.
      return {
        REDIS_LIMITS_URL: redisUrl(part),
        LIMITS_REPLICAS: String(replicas.api),
        LIMITS_WORKERS: String(Math.max(1, replicas.worker ?? 0)),
      };
    case 's3':
      return { S3_ENDPOINT: `http://${at(part)}`, ...storeVariables(addresses.publicStore) };
    case 'payment':
      return { PAYMENT_URL: `http://${at(part)}` };
    case 'scanner':
      return { CLAMD_ADDR: at(part) };
    case 'receiver':
      // Customers' servers listen on this machine and have no certificates.
      return { ENCRYPTION_KEY: secrets.encryption, WEBHOOK_ALLOW_HTTP: 'true', WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
    case 'toxiproxy':
      return {};
  }
}

/**
 * A signature holds for one host. ShelfWise signs its own calls for its proxy, and what it hands to customers for the
 * store itself: they come past all proxies, wherever the address was made and whatever is done to that replica's link.
 */
function storeVariables(store: S3Target | null): Variables {
  if (store === null) return {};
  return {
    S3_PUBLIC_ENDPOINT: store.url,
    S3_REGION: store.region,
    S3_BUCKET: bucketName,
    S3_ACCESS_KEY_ID: store.credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
  };
}
