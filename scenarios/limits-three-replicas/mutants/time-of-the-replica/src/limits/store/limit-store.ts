import type { Redis } from 'ioredis';
import * as z from 'zod';
import { defineScript } from '../../platform/redis-script.ts';
import type { Limit, Outcome } from '../algorithms/limit.ts';
import { limitScript, NEVER } from './limit-script.ts';

// The caller says what time it is, which spares the server a question.
const CLOCK = 'local now = tonumber(ARGV[#ARGV])';

/** Whom limits are about. Every combination of scope and id has counters of its own. */
export interface Subject {
  readonly scope: 'tenant' | 'address' | 'account' | 'calls' | 'probe';
  readonly id: string;
}

export type LimitOutcome = Outcome & { readonly limit: Limit };

/** The counters that all replicas share. All methods reject when the store is away or too slow. */
export interface LimitStore {
  /** One outcome for each limit. The request is charged to all of them or to none; slots are taken under `lease`. */
  decide(subject: Subject, limits: readonly Limit[], lease: string): Promise<readonly LimitOutcome[]>;
  /** Gives back the slots that were taken under `lease`. */
  release(subject: Subject, limits: readonly Limit[], lease: string): Promise<void>;
}

const COST = 1;

const replySchema = z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]));
type Reply = z.output<typeof replySchema>[number];

export function createLimitStore(redis: Redis, script: string = limitScript(CLOCK)): LimitStore {
  const decide = defineScript(redis, 'decideLimits', script);

  return {
    async decide(subject, limits, lease) {
      const keys = limits.map((limit) => keyOf(subject, limit));
      const replies = replySchema.parse(await decide(keys, [COST, lease, ...limits.flatMap(argumentsOf), Date.now()]));
      return limits.map((limit, index) => toOutcome(limit, replies[index]));
    },
    async release(subject, limits, lease) {
      const keys = limits.filter(({ kind }) => kind === 'slots').map((limit) => keyOf(subject, limit));
      await Promise.all(keys.map((key) => redis.zrem(key, lease)));
    },
  };
}

/** The braces keep a subject's keys in one slot of a cluster, as scripts need. */
function keyOf({ scope, id }: Subject, { kind, name }: Limit): string {
  return `limits:{${scope}:${id}}:${kind}:${name}`;
}

function argumentsOf(limit: Limit): readonly (string | number)[] {
  switch (limit.kind) {
    case 'bucket':
      return [limit.kind, limit.limit, limit.windowMs, limit.burst];
    case 'window':
      return [limit.kind, limit.limit, limit.windowMs, 0];
    case 'slots':
      return [limit.kind, limit.limit, limit.leaseMs, 0];
  }
}

function toOutcome(limit: Limit, reply: Reply | undefined): LimitOutcome {
  if (!reply) throw new Error(`The limits store has not answered about ${limit.name}.`);
  const [allowed, remaining, waitMs, moreInMs] = reply;
  const retryAfterMs = waitMs === NEVER ? Number.POSITIVE_INFINITY : waitMs;
  return { limit, allowed: allowed === 1, remaining, retryAfterMs, moreInMs };
}
