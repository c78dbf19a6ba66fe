import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import * as z from 'zod';
import type { Log } from '../platform/logger.ts';
import { defineScript } from '../platform/redis-script.ts';

/**
 * Plans that changed while access tokens still carry the old ones. Reading the plan from the database for each request
 * would cost a refused one a query, so every process keeps the few that changed and looks for more every few seconds.
 */
export interface PlanChanges {
  /** Undefined where the plan in the token still holds. */
  planOf(tenantId: string): string | undefined;
  /** Makes a change known to all processes, for as long as a token lives. Rejects when the store is away: try again. */
  announce(tenantId: string, plan: string): Promise<void>;
  stop(): Promise<void>;
}

interface PlanChangesParts {
  readonly redis: Redis;
  readonly log: Log;
  /** After it every token carries the new plan. */
  readonly tokenTtlMs: number;
  readonly pollMs?: number;
  readonly key?: string;
}

const NOW = `local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
// One member for each tenant and plan, by the end of its use; the later one of a tenant holds.
const ANNOUNCE = `${NOW}
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;
const LOAD = `${NOW}
  return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')`;

const membersSchema = z.array(z.string());

export function startPlanChanges(parts: PlanChangesParts): PlanChanges {
  const { redis, log, tokenTtlMs, pollMs = 5_000, key = 'limits:plan-changes' } = parts;
  const announce = defineScript(redis, 'announcePlan', ANNOUNCE);
  const load = defineScript(redis, 'loadPlanChanges', LOAD);
  const stopping = new AbortController();
  let plans: ReadonlyMap<string, string> = new Map();
  const ended = run();

  return {
    planOf: (tenantId) => plans.get(tenantId),
    async announce(tenantId, plan) {
      await announce([key], [`${tenantId}:${plan}`, tokenTtlMs]);
      plans = new Map([...plans, [tenantId, plan]]);
    },
    async stop() {
      stopping.abort();
      await ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // What was known stays in use while the store is away. The limiter reports the outage.
      await refresh().catch((error: unknown) => log.debug({ err: error }, 'changes of plan could not be read'));
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
    }
  }

  async function refresh(): Promise<void> {
    const members = membersSchema.parse(await load([key]));
    plans = new Map(members.map((member) => splitOnce(member)));
  }
}

function splitOnce(member: string): readonly [tenantId: string, plan: string] {
  const at = member.indexOf(':');
  return [member.slice(0, at), member.slice(at + 1)];
}
