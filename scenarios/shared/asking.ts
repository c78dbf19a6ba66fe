import type { ExperimentHandle, Operation, RequestSpec } from '@lab/sdk';
import { type StaffRole, staffHeaders } from './staff.ts';

/** Who asks waits no longer: a refusal is told at once, and so is a page. */
const timeoutMs = 3_000;

/** Somebody whose requests count together. */
export interface Asker {
  /** Its plan and its name, as `free:shop-06`. */
  readonly key: string;
  /** Null for an address: nobody is signed in. */
  readonly tenant: string | null;
  /** Who of its staff asks, in turn. */
  readonly roles: readonly StaffRole[];
}

export type Question = Pick<RequestSpec, 'replica' | 'method' | 'path' | 'body'> &
  Partial<Pick<RequestSpec, 'headers'>>;

export interface Asked {
  readonly operation: Operation;
  /** Of a refusal: how long to wait, where that is a whole number of seconds, at least 1. */
  readonly waitSeconds: number | null;
}

/** The requests of one experiment, or of one stretch of it, and what their refusals said. */
export interface Asking {
  ask(asker: Asker, view: string, question: Question): Promise<Asked>;
  /** Requests so far. */
  sent(): number;
  /** For `refusalsAreHonest` and `refusalsAskNoDatabase`. */
  facts(): Readonly<Record<string, string | number | null>>;
}

/** Counts what is accepted and refused. Who asks has to be signed in before: it must not happen while something is held. */
export function createAsking(h: ExperimentHandle): Asking {
  const seen = { sent: 0, accepted: 0, refused: 0, withoutRetryAfter: 0, longestRetryAfter: 0 };
  let badRetryAfter: string | null = null;

  const noteRefusal = (header: string | undefined): number | null => {
    seen.refused += 1;
    const seconds = wholeSeconds(header);
    if (seconds === null) {
      seen.withoutRetryAfter += 1;
      badRetryAfter ??= header === undefined ? 'none' : `"${header}"`;
    }
    seen.longestRetryAfter = Math.max(seen.longestRetryAfter, seconds ?? 0);
    return seconds;
  };

  return {
    ask: async ({ key, tenant, roles }, view, question) => {
      seen.sent += 1;
      const { sent } = seen;
      const token = tenant === null ? {} : await staffHeaders(h, tenant, roles[sent % roles.length]);
      const { operation, headers } = await h.request({
        // One client of the ledger never has two calls under way.
        client: `${key}#${view}#${sent}`,
        kind: 'read',
        view,
        key,
        ...question,
        headers: { ...question.headers, ...token },
        timeoutMs,
      });
      if (operation.status === 429) return { operation, waitSeconds: noteRefusal(headers['retry-after']) };
      if (operation.status > 0 && operation.status < 500) seen.accepted += 1;
      return { operation, waitSeconds: null };
    },
    sent: () => seen.sent,
    facts: () => ({ ...seen, badRetryAfter }),
  };
}

/** Waits until the time that the last refusal named. Null where none named one, or one beyond so many seconds. */
export async function waitAsTold(
  h: ExperimentHandle,
  answers: readonly Asked[],
  secondsMax: number,
): Promise<Asked | null> {
  const last = answers
    .filter(({ waitSeconds }) => waitSeconds !== null)
    .toSorted((a, b) => b.operation.endMs - a.operation.endMs)[0];
  if (last === undefined || last.waitSeconds === null || last.waitSeconds > secondsMax) return null;
  await h.clock.sleep(Math.max(1, last.operation.endMs + last.waitSeconds * 1_000 - h.clock.nowMs()));
  return last;
}

/** Null for what is no number of seconds that a client could wait for. */
export function wholeSeconds(header: string | undefined): number | null {
  return /^[1-9]\d{0,8}$/.test(header ?? '') ? Number(header) : null;
}
