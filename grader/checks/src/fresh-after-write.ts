import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { moment, operationList, operationsOf, price } from './evidence-views.ts';
import { findStaleReads, type StaleRead } from './stale-reads.ts';

interface FreshAfterWriteOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** How the write and the read were made to meet, for the finding: a sentence per experiment. */
  readonly circumstances: Readonly<Record<string, string>>;
  /** Experiments that read again later: a stale read there counts when the key came from `experiments`. */
  readonly rereads?: readonly string[];
}

/**
 * After a write was acknowledged, no replica answers an older value, in any view. One finding per
 * experiment, naming the first stale read; the rest are counted.
 */
export function freshAfterWrite(options: FreshAfterWriteOptions): Check {
  const { circumstances, rereads = [], ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, ...rereads],
    judge: (evidence) => {
      const own = operationsOf(evidence, facts.experiments);
      const keys = new Set(own.map((operation) => operation.key));
      const later = operationsOf(evidence, rereads).filter((operation) => keys.has(operation.key));
      const stale = findStaleReads([...own, ...later]);
      const experimentOfKey = new Map(own.map((operation) => [operation.key, operation.experiment ?? '']));
      const byExperiment = Map.groupBy(stale, (entry) => experimentOfKey.get(entry.read.key) ?? '');
      return [
        ...[...byExperiment].map(([experiment, entries]) => staleFinding(experiment, entries, circumstances)),
        ...priceless([...own, ...later]),
        ...unreached(evidence, facts.experiments),
      ];
    },
  };
}

function staleFinding(
  experiment: string,
  entries: readonly StaleRead[],
  circumstances: Readonly<Record<string, string>>,
): Finding {
  const first = entries[0];
  if (first === undefined) throw new RangeError('A stale finding needs a stale read.');
  const { read, write } = first;
  const late = Math.round(read.startMs - write.endMs);
  const last = Math.round(Math.max(...entries.map((entry) => entry.read.startMs - entry.write.endMs)));
  const others = entries.length - 1;
  return {
    code: 'STALE_AFTER_WRITE',
    severity: 'failure',
    message: [
      `The price of book ${read.key} was set to ${price(write.value)} through ${write.replica}, which answered ${write.status} at ${moment(write.endMs)}.`,
      `${late} ms after that answer, ${read.replica} was asked (${read.view}) and said ${price(read.value)}.`,
      ...(circumstances[experiment] === undefined ? [] : [circumstances[experiment]]),
      ...(others > 0
        ? [`Old in this experiment: ${entries.length} reads, the last one ${last} ms after the answer.`]
        : []),
    ].join(' '),
    measured: {
      text: `${price(read.value)} from ${read.replica}, ${late} ms after the save`,
      value: entries.length,
      unit: 'stale reads',
    },
    expected: {
      text: `${price(write.value)} from every replica once the save was answered`,
      value: 0,
      unit: 'stale reads',
    },
    atMs: read.startMs,
    refs: { experiment, operations: [write.id, ...entries.slice(0, 4).map((entry) => entry.read.id)] },
  };
}

/** A page that is answered without its price hides what it should show. */
function priceless(operations: readonly Operation[]): readonly Finding[] {
  // Keys that nobody wrote, as the shop of a login, have no value to show.
  const written = new Set(operations.filter(({ kind }) => kind === 'write').map(({ key }) => key));
  const without = operations.filter(
    (read) => read.kind === 'read' && read.outcome === 'ok' && read.value === null && written.has(read.key),
  );
  const first = without[0];
  if (first === undefined) return [];
  const ids = without.map((read) => read.id);
  return [
    {
      code: 'READ_WITHOUT_PRICE',
      severity: 'failure',
      message: `At ${moment(first.startMs)} ${first.replica} was asked for book ${first.key} (${first.view}) and answered ${first.status}, but there was no price of this book in the answer. See ${operationList(ids)}.`,
      measured: { text: `answers without a price: ${without.length}`, value: without.length, unit: 'reads' },
      expected: { text: 'every answer shows the price', value: 0, unit: 'reads' },
      atMs: first.startMs,
      refs: {
        ...(first.experiment === undefined ? {} : { experiment: first.experiment }),
        operations: ids.slice(0, 5),
      },
    },
  ];
}

/**
 * A barrier that was not reached proves nothing, in either direction; the random interleavings stand
 * in for it. Said as a note, so that nobody takes silence for proof.
 */
function unreached(evidence: Evidence, experiments: readonly string[]): readonly Finding[] {
  return experiments.flatMap((experiment): Finding[] => {
    const attempts = evidence.experiments.filter((record) => record.experiment === experiment);
    if (attempts.length === 0 || attempts.some((attempt) => attempt.reached)) return [];
    const operations = operationsOf(evidence, [experiment]).map((operation) => operation.id);
    return [
      {
        code: 'BARRIER_NOT_REACHED',
        severity: 'note',
        message: `The experiment "${experiment}" could not bring this code to the point it wanted to hold (${attempts.at(-1)?.note ?? 'no reason given'}), so it proves nothing; the random interleavings decide. See ${operationList(operations)}.`,
        measured: { text: `${attempts.length} attempts, none reached` },
        expected: { text: 'one attempt reached' },
        atMs: attempts.at(-1)?.endMs ?? null,
        refs: { experiment, operations: operations.slice(0, 5) },
      },
    ];
  });
}
