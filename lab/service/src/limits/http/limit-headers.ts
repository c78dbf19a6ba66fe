import type { LimitOutcome } from '../store/limit-store.ts';
import type { LimitDecision } from '../store/limiter.ts';

export interface LimitHeaders {
  readonly [name: string]: string;
}

/**
 * What a caller is told about limits, in two families of headers.
 *
 * - `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11 (May 2026), one item for each limit.
 *   `q` in `w` seconds is the plan, `shelfwise-burst` what can be saved up; `r` is what would be accepted right now,
 *   and after `t` seconds it is more. On a refusal RateLimit names the one limit that takes longest.
 * - `X-RateLimit-Limit`, `-Remaining` and `-Reset`: the same figures of the one limit that is nearest. Reset is in
 *   seconds from now, like `t`.
 *
 * On a refusal `Retry-After`, `t` and `X-RateLimit-Reset` are the same number. Who waits that long is accepted, unless
 * another request of the same caller was faster.
 */
export function limitHeaders({ allowed, outcomes }: LimitDecision): LimitHeaders {
  const nearest = allowed ? tightest(outcomes) : longestRefusal(outcomes);
  if (!nearest) return {};
  const wait = String(secondsUntilMore(nearest));
  return {
    'RateLimit-Policy': outcomes.map(policyItem).join(', '),
    RateLimit: (allowed ? outcomes : [nearest]).map(limitItem).join(', '),
    'X-RateLimit-Limit': String(nearest.limit.limit),
    'X-RateLimit-Remaining': String(nearest.remaining),
    'X-RateLimit-Reset': wait,
    ...(allowed ? {} : { 'Retry-After': wait }),
  };
}

/** The limit that a refused caller waits for; undefined where none refused. */
export function longestRefusal(outcomes: readonly LimitOutcome[]): LimitOutcome | undefined {
  return first(
    outcomes.filter(({ allowed }) => !allowed),
    (a, b) => b.retryAfterMs - a.retryAfterMs,
  );
}

/** Never 0: a caller who is told to come back at once does. */
export function secondsUntilMore({ allowed, retryAfterMs, moreInMs }: LimitOutcome): number {
  return Math.max(1, Math.ceil((allowed ? moreInMs : retryAfterMs) / 1_000));
}

function tightest(outcomes: readonly LimitOutcome[]): LimitOutcome | undefined {
  const rates = outcomes.filter(({ limit }) => limit.kind !== 'slots');
  return first(rates, (a, b) => a.remaining - b.remaining || b.moreInMs - a.moreInMs) ?? outcomes[0];
}

function first<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): Item | undefined {
  return items.toSorted(compare)[0];
}

function policyItem({ limit }: LimitOutcome): string {
  const quota = `"${limit.name}";q=${limit.limit}`;
  if (limit.kind === 'slots') return `${quota};qu="concurrent-requests"`;
  const window = `${quota};w=${Math.max(1, Math.ceil(limit.windowMs / 1_000))}`;
  return limit.kind === 'bucket' ? `${window};shelfwise-burst=${limit.burst}` : window;
}

function limitItem(outcome: LimitOutcome): string {
  return `"${outcome.limit.name}";r=${outcome.remaining};t=${secondsUntilMore(outcome)}`;
}
