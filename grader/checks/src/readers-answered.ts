import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { moment, operationList, operationsOf, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface ReadersAnsweredOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Of the reads that are judged. */
  readonly views: readonly string[];
  /** Of reads whose right answer is that there is no such page. */
  readonly viewsOfNothing?: readonly string[];
  /**
   * After `releasedMs`, a fact of the experiment: what all waited for could be had from then on. Where the experiment
   * has no such fact, or a read began later: after its own beginning. Scaled up on a machine whose echo is late.
   */
  readonly waitMsMax: number;
  /** What they ask for could be had all the time: `releasedMs` does not count for them. */
  readonly fromStart?: boolean;
  /** What was going on, for the finding: a sentence per experiment. */
  readonly circumstances: Readonly<Record<string, string>>;
}

/** Whoever asks is answered, with the page, and soon after it can be made. */
export function readersAnswered(options: ReadersAnsweredOptions): Check {
  const { views, viewsOfNothing = [], waitMsMax, fromStart = false, circumstances, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const record = recordsOf(evidence, experiment).findLast(({ reached }) => reached);
          const readers = readersIn(evidence, experiment, record?.startMs ?? Number.POSITIVE_INFINITY).filter(
            ({ view }) => views.includes(view) || viewsOfNothing.includes(view),
          );
          if (record === undefined || readers.length === 0) {
            const note = recordsOf(evidence, experiment).at(-1)?.note ?? 'it was not run';
            return [notMeasured(`"${experiment}" could not bring its readers to wait (${note})`, experiment)];
          }
          const released = record.facts['releasedMs'];
          const crowd: Crowd = {
            experiment,
            circumstance: circumstances[experiment] ?? '',
            readers,
            isAnswered: (read) => isAnswered(read, viewsOfNothing),
            possibleMs: typeof released === 'number' && !fromStart ? released : 0,
            limitMs: generousMs(waitMsMax, evidence),
          };
          return [...turnedAway(crowd), ...late(crowd)];
        }),
  };
}

interface Crowd {
  readonly experiment: string;
  readonly circumstance: string;
  readonly readers: readonly Operation[];
  readonly possibleMs: number;
  readonly limitMs: number;
  isAnswered(read: Operation): boolean;
}

/** Of the attempt that reached its barrier: earlier ones prove nothing. */
function readersIn(evidence: Evidence, experiment: string, fromMs: number): readonly Operation[] {
  return operationsOf(evidence, [experiment]).filter(({ startMs }) => startMs >= fromMs);
}

function isAnswered({ outcome, value, view, status }: Operation, viewsOfNothing: readonly string[]): boolean {
  return viewsOfNothing.includes(view) ? status === 404 : outcome === 'ok' && value !== null;
}

function turnedAway({ experiment, circumstance, readers, isAnswered: answered }: Crowd): readonly Finding[] {
  const away = readers.filter((read) => !answered(read));
  const [first] = away;
  if (first === undefined) return [];
  const ids = away.map(({ id }) => id);
  return [
    {
      code: 'READERS_TURNED_AWAY',
      severity: 'failure',
      message: `${circumstance} ${away.length} of ${readers.length} readers did not get what they asked for; the first of them asked ${first.replica} at ${moment(first.startMs)} (${said(first)}). See ${operationList(ids)}.`,
      measured: { text: `${away.length} of ${readers.length} not answered`, value: away.length, unit: 'readers' },
      expected: { text: 'every reader is answered', value: 0, unit: 'readers' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function late({
  experiment,
  circumstance,
  readers,
  isAnswered: answered,
  possibleMs,
  limitMs,
}: Crowd): readonly Finding[] {
  const waited = ({ startMs, endMs }: Operation): number => endMs - Math.max(startMs, possibleMs);
  const slow = readers.filter((read) => answered(read) && waited(read) > limitMs);
  const worst = slow.toSorted((a, b) => waited(b) - waited(a))[0];
  if (worst === undefined) return [];
  const [worstMs, limit] = [Math.round(waited(worst)), Math.round(limitMs)];
  const ids = slow.map(({ id }) => id);
  return [
    {
      code: 'READERS_WAIT_LONG',
      severity: 'failure',
      message: `${circumstance} ${slow.length} of ${readers.length} readers waited more than ${limit} ms after they could have been answered, the last one ${worstMs} ms. See ${operationList(ids)}.`,
      measured: { text: `up to ${worstMs} ms`, value: worstMs, unit: 'ms' },
      expected: { text: `at most ${limit} ms`, value: limit, unit: 'ms' },
      atMs: worst.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function said({ status, outcome, error }: Operation): string {
  if (status === 0) return error ?? 'no answer';
  if (outcome === 'ok') return `${status}, without the page`;
  return error === undefined ? `${status}` : `${status} ${error}`;
}
