import type { Evidence, Operation } from '@lab/sdk';
import { evidence, order } from './evidence.ts';

/** An order, what the provider answered to it and when, and what became of it. */
export interface Tried {
  readonly group?: string;
  readonly told?: string;
  readonly retryAfterMs?: number | null;
  /** When the first attempt came; each is answered at once. */
  readonly atMs?: number;
  /** Pauses between the attempts. */
  readonly gapsMs?: readonly number[];
  readonly status?: number;
  /** Nothing was answered to the first attempt: its connection went. */
  readonly isUnanswered?: boolean;
  readonly charged?: readonly number[];
  readonly letter?: {
    readonly attempts?: number;
    readonly lastError?: string;
    readonly requestId?: string;
    readonly seenAtMs?: number;
  };
  readonly redrivenMs?: number;
  readonly shows?: number;
  readonly fromMs?: number;
}

/** A run in which these orders were tried. The nth is `order-n`, placed by request `request-n`. */
export function runOf(orders: readonly Tried[], change: Partial<Evidence> = {}): Evidence {
  const named = orders.map((tried, index) => ({ ...tried, name: `order-${index + 1}`, number: index + 1 }));
  const placed = named.map(
    ({ name, number }): Operation =>
      order({ id: number, key: name, experiment: 'outage', requestId: `request-${number}` }),
  );
  const looks = named.flatMap(({ name, number, shows }): Operation[] =>
    shows === undefined
      ? []
      : [
          order({
            id: 1_000 + number,
            kind: 'read',
            view: 'order-paid',
            key: name,
            value: shows,
            experiment: 'settle',
          }),
        ],
  );
  return evidence({
    selected: ['outage', 'settle'],
    history: [...placed, ...looks],
    tables: [
      { table: 'scripted', rows: named.map(scriptedRow) },
      { table: 'provider-calls', rows: named.flatMap(callRows) },
      { table: 'charges', rows: named.flatMap(chargeRows) },
      { table: 'dead-letters', rows: named.flatMap(letterRows) },
      {
        table: 'redriven',
        rows: named.flatMap(({ name, redrivenMs }) =>
          redrivenMs === undefined ? [] : [{ order: name, atMs: redrivenMs }],
        ),
      },
    ],
    ...change,
  });
}

type Named = Tried & { readonly name: string; readonly number: number };

function scriptedRow({ name, group = 'failed', told = '503', retryAfterMs = null, fromMs = 0 }: Named) {
  return { order: name, group, told, retryAfterMs, fromMs };
}

function callRows({ name, atMs = 10_000, gapsMs = [], status = 503, isUnanswered = false }: Named) {
  const gaps = [0, ...gapsMs];
  const moments = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gapMs) => sum + gapMs, atMs));
  return moments.map((moment, index) => {
    const answer = isUnanswered && index === 0 ? { endMs: null, status: null } : { endMs: moment, status };
    return { reference: name, caller: 'worker-1', atMs: moment, ...answer };
  });
}

function chargeRows({ name, charged = [] }: Named) {
  return charged.map((atMs) => ({
    id: `c-${name}-${atMs}`,
    reference: name,
    amountCents: 1_250,
    caller: 'worker-1',
    atMs,
  }));
}

function letterRows({ name, number, letter, gapsMs = [] }: Named) {
  if (letter === undefined) return [];
  const {
    attempts = gapsMs.length + 1,
    lastError = 'It answered 503.',
    requestId = `request-${number}`,
    seenAtMs = 0,
  } = letter;
  return [{ order: name, attempts, lastError, requestId, seenAtMs }];
}
