import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { moment, operationList, operationsOf, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface SignInLimitedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** View of wrong passwords of one account, tried while the store is away. */
  readonly guesses: string;
  /** So many of them may get as far as the password, all replicas together. */
  readonly triedMax: number;
  /** View of a right password meanwhile. It may be refused, if the refusal says what it is and when to come back. */
  readonly owner: string;
  /** A refusal takes no longer, and being let in three times as long. Scaled up on a machine whose echo is late. */
  readonly slowMs: number;
}

/**
 * Passwords cannot be guessed without limit because a store is away, and whoever knows theirs is not told otherwise. From
 * the fact `signInWaitSeconds` of each experiment as well.
 */
export function signInLimited(options: SignInLimitedOptions): Check {
  const { guesses, triedMax, owner, slowMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const all = operationsOf(evidence, [experiment]);
          const guessed = all.filter(({ view }) => view === guesses);
          const asOwner = all.filter(({ view }) => view === owner);
          if (guessed.length <= triedMax || asOwner.length === 0) {
            return [notMeasured('Too few people signed in while the store was away', experiment)];
          }
          const limitMs = generousMs(slowMs, evidence);
          const waitSeconds = recordsOf(evidence, experiment).at(-1)?.facts['signInWaitSeconds'];
          return [
            ...unlimited(guessed, { experiment, triedMax }),
            ...misled(asOwner, { experiment, hasWait: typeof waitSeconds === 'number' }),
            ...hung(asOwner, { experiment, limitMs }),
          ];
        }),
  };
}

/** Only who checks a password knows that it is wrong, or right. */
function unlimited(
  guessed: readonly Operation[],
  { experiment, triedMax }: { readonly experiment: string; readonly triedMax: number },
): readonly Finding[] {
  const tried = guessed.filter(({ status }) => status === 401 || status === 200);
  const [first] = tried;
  if (first === undefined || tried.length <= triedMax) return [];
  const ids = tried.map(({ id }) => id);
  return [
    {
      code: 'GUESSES_UNLIMITED',
      severity: 'failure',
      message: `While the limits store was away, ${tried.length} of ${guessed.length} passwords were tried for ${first.key} within a second, from ${moment(first.startMs)} on. Whoever wants to guess waits for such a moment, or makes one. See ${operationList(ids)}.`,
      measured: { text: `${tried.length} tried`, value: tried.length, unit: 'passwords' },
      expected: { text: `at most ${triedMax}`, value: triedMax, unit: 'passwords' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function misled(
  asOwner: readonly Operation[],
  { experiment, hasWait }: { readonly experiment: string; readonly hasWait: boolean },
): readonly Finding[] {
  return asOwner
    .filter(({ status }) => status !== 200 && !((status === 429 || status === 503) && hasWait))
    .map((one) => ({
      code: 'SIGN_IN_MISLED',
      severity: 'failure' as const,
      message: `${one.key} signed in with the right password while the limits store was away, at ${moment(one.startMs)} through ${one.replica}, and was answered ${one.status === 0 ? `with nothing (${one.error ?? 'no answer'})` : one.status}${hasWait ? '' : ' without a Retry-After'}. Where signing in is not possible for a while, the answer is 503 or 429, and says when to come back. See operation ${one.id}.`,
      measured: { text: one.status === 0 ? 'no answer' : `status ${one.status}` },
      expected: { text: '200, or 503 or 429 with Retry-After' },
      atMs: one.startMs,
      refs: { experiment, operations: [one.id] },
    }));
}

/** Whoever is let in waited for a password to be checked as well, which takes a processor. */
const checkedFactor = 3;

function hung(
  asOwner: readonly Operation[],
  { experiment, limitMs }: { readonly experiment: string; readonly limitMs: number },
): readonly Finding[] {
  return asOwner
    .filter(({ startMs, endMs, status }) => endMs - startMs > (status === 200 ? limitMs * checkedFactor : limitMs))
    .map((one) => ({
      code: 'SIGN_IN_HUNG',
      severity: 'failure' as const,
      message: `${one.key} waited ${Math.round(one.endMs - one.startMs)} ms for an answer to signing in while the limits store was away, from ${moment(one.startMs)} on through ${one.replica}. See operation ${one.id}.`,
      measured: {
        text: `${Math.round(one.endMs - one.startMs)} ms`,
        value: Math.round(one.endMs - one.startMs),
        unit: 'ms',
      },
      expected: { text: `at most ${Math.round(limitMs)} ms`, value: Math.round(limitMs), unit: 'ms' },
      atMs: one.startMs,
      refs: { experiment, operations: [one.id] },
    }));
}

/** The last attempt of an owner to sign in again, when the store has been back for as long as it may take. */
export function signedInAgain(evidence: Evidence, experiment: string, view: string): readonly Finding[] {
  const last = operationsOf(evidence, [experiment]).findLast((one) => one.view === view);
  if (last === undefined) return [notMeasured('Nobody signed in after the outage', experiment)];
  if (last.status === 200) return [];
  return [
    {
      code: 'SIGN_IN_STAYS_CLOSED',
      severity: 'failure',
      message: `When the limits store was back, ${last.key} could not sign in with the right password, last at ${moment(last.startMs)} through ${last.replica} (${last.status === 0 ? (last.error ?? 'no answer') : `status ${last.status}`}). See operation ${last.id}.`,
      measured: { text: last.status === 0 ? 'no answer' : `status ${last.status}` },
      expected: { text: 'status 200' },
      atMs: last.startMs,
      refs: { experiment, operations: [last.id] },
    },
  ];
}
