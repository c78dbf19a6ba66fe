import type { Redis } from 'ioredis';
import { defineScript } from '../../platform/redis-script.ts';
import { SLOT_RETRY_MS } from '../algorithms/leased-slots.ts';
import type { Limit, Outcome, SlotLimit } from '../algorithms/limit.ts';

/** Whom limits are about. Every combination of scope and id has counters of its own. */
export interface Subject {
  readonly scope: 'tenant' | 'address' | 'account' | 'calls' | 'probe';
  readonly id: string;
}

export type LimitOutcome = Outcome & { readonly limit: Limit };

/** The counters of requests. All methods reject when the store is away or too slow. */
export interface LimitStore {
  /** One outcome for each limit; slots are taken under `lease`. */
  decide(subject: Subject, limits: readonly Limit[], lease: string): Promise<readonly LimitOutcome[]>;
  /** Gives back the slots that were taken under `lease`. */
  release(subject: Subject, limits: readonly Limit[], lease: string): Promise<void>;
}

type RateLimit = Exclude<Limit, SlotLimit>;

function replyOf(replies: readonly (readonly [Error | null, unknown])[] | null, index: number): unknown {
  const [error, reply] = replies?.[index] ?? [null, undefined];
  if (error) throw error;
  return reply;
}

export function createLimitStore(redis: Redis): LimitStore {
  const slots = defineScript(redis, 'takeSlot', TAKE_SLOT);

  return {
    async decide(subject, limits, lease) {
      const outcomes = await Promise.all(
        limits.map((limit) =>
          limit.kind === 'slots' ? takeSlot(subject, limit, lease) : count(subject, limit, lease),
        ),
      );
      // Charged to all limits or to none.
      if (outcomes.some(({ allowed }) => !allowed)) await takeBack(subject, limits, lease);
      return outcomes;
    },
    async release(subject, limits, lease) {
      const slotsOnly = limits.filter(({ kind }) => kind === 'slots');
      await takeBack(subject, slotsOnly, lease);
    },
  };

  async function takeBack(subject: Subject, limits: readonly Limit[], lease: string): Promise<void> {
    await Promise.all(limits.map((limit) => redis.zrem(keyOf(subject, limit), lease)));
  }

  /**
   * A log of what was accepted. The request is added first and takes its rank in the same transaction; over one of its
   * limits it takes itself back. So between the two a refused request may count, and keep out another one of a client
   * in a flood.
   */
  async function count(subject: Subject, limit: RateLimit, member: string): Promise<LimitOutcome> {
    const key = keyOf(subject, limit);
    const [seconds, micros] = await redis.time();
    const nowMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
    const replies = await redis
      .multi()
      .zremrangebyscore(key, '-inf', String(nowMs - limit.windowMs))
      .zadd(key, nowMs, member)
      .zcard(key)
      .zrange(key, '0', '0', 'WITHSCORES')
      .pexpire(key, limit.windowMs)
      .exec();
    const [used, oldest] = [replyOf(replies, 2), replyOf(replies, 3)];
    if (typeof used !== 'number' || !Array.isArray(oldest)) throw new Error(`The log ${key} was not answered for.`);
    const allowed = used <= limit.limit;
    // Member and score, whichever protocol is spoken.
    const moreInMs = Math.max(1, Math.ceil(Number(oldest.flat()[1]) + limit.windowMs - nowMs));
    const remaining = Math.max(0, limit.limit - used);
    return { limit, allowed, remaining, retryAfterMs: allowed ? 0 : moreInMs, moreInMs };
  }

  async function takeSlot(subject: Subject, limit: SlotLimit, lease: string): Promise<LimitOutcome> {
    const taken = Number(await slots([keyOf(subject, limit)], [limit.limit, limit.leaseMs, lease]));
    const allowed = taken <= limit.limit;
    const remaining = Math.max(0, limit.limit - taken);
    return { limit, allowed, remaining, retryAfterMs: allowed ? 0 : SLOT_RETRY_MS, moreInMs: SLOT_RETRY_MS };
  }
}

// How many are held with this one; over the limit it is not taken.
const TAKE_SLOT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local held = redis.call('ZCARD', KEYS[1]) + 1
if held <= tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return held`;

function keyOf({ scope, id }: Subject, { kind, name }: Limit): string {
  return `limits:{${scope}:${id}}:${kind}:${name}`;
}
