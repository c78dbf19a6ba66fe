import type { PaymentBehaviour, Random } from '@lab/sdk';
import { chargesPerWorker, workers } from '../pauses.ts';

/** What the provider answers to one order, in its turn. */
export interface Script {
  readonly group:
    | 'failed-together'
    | 'told-together'
    | 'told'
    | 'told-each-time'
    | 'final'
    | 'declined'
    | 'passes'
    | 'well';
  /** As findings say it. */
  readonly told: string;
  readonly retryAfterSeconds?: number;
  readonly does: readonly Pick<PaymentBehaviour, 'does' | 'times'>[];
}

const finalStatuses = [400, 403, 404, 410, 422] as const;
const passingStatuses = [408, 409, 425, 429, 500, 502, 503, 504] as const;
/** Seldom met, and of the same kinds: who lists the usual ones has no rule. Not those that HTTP clients answer by themselves. */
const seldomFinal = [401, 405, 406, 411, 413, 415, 428, 431, 451] as const;
const seldomPassing = [501, 505, 507, 508, 510, 511, 520, 529] as const;
/** With `Retry-After`, which any answer may have. */
const seldomTold = [408, 409, 425, 500, 502, 504] as const;
/** Of each kind. */
export const seldomDrawn = 2;

/** Longer than anybody waits for an answer. */
const silentMs = 30_000;

/** As many as all workers have under way at once. */
export const failedTogether = times(chargesPerWorker * workers, {
  group: 'failed-together',
  told: '503',
  does: [{ does: { kind: 'answer', status: 503 } }],
});

/** Those that are answered when the first have made room. */
export const answeredNext: readonly Script[] = [
  ...times(30, toldOnce('told-together', 503, 3)),
  ...times(3, toldOnce('told', 429, 2)),
  ...times(3, toldOnce('told', 503, 6)),
  ...times(2, {
    group: 'told-each-time',
    told: '429 with Retry-After: 2',
    retryAfterSeconds: 2,
    does: [{ does: { kind: 'answer', status: 429, retryAfterSeconds: 2 } }],
  }),
  ...finalStatuses.flatMap((status) => times(2, { group: 'final', told: String(status), does: [once(status)] })),
  { group: 'declined', told: '402 (declined)', does: [{ does: { kind: 'decline' }, times: 1 }] },
  ...passingStatuses.map((status): Script => ({ group: 'passes', told: String(status), does: [once(status)] })),
  { group: 'passes', told: 'with a lost reply', does: [{ does: { kind: 'lose-reply' }, times: 1 }] },
  {
    group: 'passes',
    told: 'not at all',
    does: [{ does: { kind: 'latency', latencyMs: silentMs, jitterMs: 0 }, times: 1 }, once(503)],
  },
];

/** Some that no list has, others in each run. */
export function seldomAnswered(random: Random): readonly Script[] {
  const drawn = (statuses: readonly number[]): readonly number[] => random.shuffle(statuses).slice(0, seldomDrawn);
  const script = (group: Script['group'], status: number): Script => {
    return { group, told: String(status), does: [once(status)] };
  };
  return [
    ...drawn(seldomFinal).map((status) => script('final', status)),
    ...drawn(seldomPassing).map((status) => script('passes', status)),
    ...drawn(seldomTold).map((status) => toldOnce('told', status, 3)),
  ];
}

/** Groups whose orders are charged in the end, without anybody's help. */
export const chargedInTheEnd: readonly Script['group'][] = ['told-together', 'told', 'passes', 'well'];

/** Nothing is wrong with these; they stand behind the others, or are placed later. */
export const well: Script = { group: 'well', told: '201', does: [] };
export const behind: readonly Script[] = times(10, well);

function once(status: number): Script['does'][number] {
  return { does: { kind: 'answer', status }, times: 1 };
}

function toldOnce(group: Script['group'], status: number, retryAfterSeconds: number): Script {
  const told = `${status} with Retry-After: ${retryAfterSeconds}`;
  return { group, told, retryAfterSeconds, does: [{ does: { kind: 'answer', status, retryAfterSeconds }, times: 1 }] };
}

function times(count: number, script: Script): readonly Script[] {
  return Array.from({ length: count }, () => script);
}
