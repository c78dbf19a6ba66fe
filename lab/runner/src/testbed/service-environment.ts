import { randomBytes } from 'node:crypto';
import type { DependencyName, ReplicaName, Scenario } from '@lab/sdk';
import { roleOf } from './roles.ts';

export const databaseName = 'shop';
export const ownerRole = 'shelfwise_owner';

/** Passwords of one testbed; made anew each time and never written to a log or an argument. */
export interface Secrets {
  readonly database: string;
  readonly jwt: string;
}

export function newSecrets(): Secrets {
  return { database: randomBytes(24).toString('hex'), jwt: randomBytes(32).toString('hex') };
}

interface ReplicaAddresses {
  readonly dependency: (name: DependencyName) => { readonly host: string; readonly port: number };
  readonly cachePassword: string;
  readonly queuePassword: string;
}

/** ShelfWise's environment for one replica: every dependency behind the replica's own proxy. */
export function replicaEnvironment(
  replica: ReplicaName,
  options: { readonly scenario: Scenario; readonly secrets: Secrets; readonly addresses: ReplicaAddresses },
): Record<string, string> {
  const { scenario, secrets, addresses } = options;
  const environment: Record<string, string> = {
    ENVIRONMENT: 'production',
    LOG_LEVEL: 'warn',
    JWT_SECRET: secrets.jwt,
    DATABASE_POOL_MAX: '20',
    // Practice goes on for hours, and the load logs in once.
    ACCESS_TOKEN_TTL_SECONDS: '86400',
  };
  for (const part of scenario.stack.parts) {
    if (part === 'toxiproxy') continue;
    const { host, port } = addresses.dependency(part);
    const [variable, value] = {
      postgres: ['DATABASE_URL', `postgres://${roleOf(replica)}:${secrets.database}@${host}:${port}/${databaseName}`],
      'redis-cache': ['REDIS_CACHE_URL', `redis://:${addresses.cachePassword}@${host}:${port}`],
      'redis-queue': ['REDIS_QUEUE_URL', `redis://:${addresses.queuePassword}@${host}:${port}`],
      payment: ['PAYMENT_URL', `http://${host}:${port}`],
    }[part] as [string, string];
    environment[variable] = value;
  }
  return { ...environment, ...scenario.stack.environment };
}
