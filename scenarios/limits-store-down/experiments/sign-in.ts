import type { ApiName, ExperimentHandle } from '@lab/sdk';
import { wholeSeconds } from '../../shared/asking.ts';
import type { PlanClient } from '../../shared/plan-clients.ts';
import { evenly, type Sending } from '../../shared/schedule.ts';

const password = 'shelfwise-dev';
const timeoutMs = 6_000;

/** More than a replica may let through alone, and few enough for a machine that checks them all. */
const guessesPerReplica = 10;

type Who = 'admin' | 'clerk';

interface Attempt {
  readonly client: PlanClient;
  readonly who: Who;
  readonly view: string;
  readonly replica: ApiName;
  readonly password: string;
}

async function signIn(h: ExperimentHandle, attempt: Attempt) {
  const { client, who, view, replica } = attempt;
  const email = `${who}@${client.tenant}.example`;
  return await h.request({
    replica,
    client: `${email}#${view}#${replica}#${h.clock.nowMs()}`,
    kind: 'read',
    view,
    key: `account:${email}`,
    method: 'POST',
    path: '/v2/auth/token',
    body: { tenant: client.tenant, email, password: attempt.password },
    timeoutMs,
  });
}

/** Somebody tries passwords of one account, through all replicas, for a second. */
export function guesses(h: ExperimentHandle, client: PlanClient, fromMs: number): readonly Sending[] {
  const perSecond = guessesPerReplica * h.replicas.length;
  return evenly({ fromMs, toMs: fromMs + 1_000, perSecond }).map((atMs, index) => {
    const replica = h.replicas[index % h.replicas.length] ?? 'api-1';
    const guess = { client, who: 'clerk', view: 'guess', replica, password: `guess-${index}` } as const;
    return { atMs, send: () => signIn(h, guess) };
  });
}

/** The owner of an account signs in. Resolves to what a refusal said: how long to wait, null where it did not say. */
export async function ownerSignsIn(
  h: ExperimentHandle,
  who: Omit<Attempt, 'who' | 'password'>,
): Promise<{ readonly isIn: boolean; readonly waitSeconds: number | null }> {
  const { operation, headers } = await signIn(h, { ...who, who: 'admin', password });
  return { isIn: operation.status === 200, waitSeconds: wholeSeconds(headers['retry-after']) };
}
