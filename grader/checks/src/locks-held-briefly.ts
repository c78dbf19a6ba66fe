import type { Check, Evidence, Finding } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { rowsOf, seconds } from './evidence-views.ts';
import { numberFact, reachedRecord } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface LocksOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The migrations run on a copy that nobody else uses, and the server counts what they do. */
  readonly experiment: string;
  /** Rows that a transaction may read under a lock that stops people, as a share of the table. */
  readonly shareMax: number;
  readonly heldMsMax: number;
}

interface Work {
  readonly table: string;
  readonly mode: string;
  readonly rowsRead: number;
  readonly rowsInTable: number;
  readonly heldMs: number;
  readonly commands: string;
}

/** Too few to say anything: a table of states, a queue that is nearly empty. */
const fewRows = 1_000;

/**
 * How long people are kept out must not grow with the table. Rows are counted and not seconds: a fast server reads a
 * hundred thousand of them in less time than a slow one needs for the command alone.
 */
export function locksHeldBriefly(options: LocksOptions): Check {
  const { experiment, shareMax, heldMsMax, ...facts } = options;
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      const work = workOf(evidence, experiment);
      if (record === undefined) return [notMeasured('The migrations were not run on a copy', experiment)];
      const findings = work.flatMap((one) => [
        ...readUnderLock(one, { experiment, shareMax }),
        ...heldLong(one, { experiment, limitMs: generousMs(heldMsMax, evidence) }),
      ]);
      // A column cannot be added without any such lock: who saw none has looked at nothing.
      const isBlind = work.length === 0 && numberFact(record, 'doneMs') !== null;
      return isBlind ? [notMeasured('No lock of the migrations was seen', experiment)] : findings;
    },
  };
}

function workOf(evidence: Evidence, experiment: string): readonly Work[] {
  return rowsOf(evidence, 'locked-work', experiment).map((row) => ({
    table: String(row['table']).replace(/^public\./, ''),
    mode: String(row['mode']),
    rowsRead: Number(row['rowsRead']),
    rowsInTable: Number(row['rowsInTable']),
    heldMs: Number(row['heldMs']),
    commands: String(row['commands']),
  }));
}

function keptOut(mode: string): string {
  return mode === 'AccessExclusiveLock' ? 'nobody can read or write it' : 'nobody can write to it';
}

function readUnderLock(work: Work, { experiment, shareMax }: { experiment: string; shareMax: number }): Finding[] {
  const limit = Math.max(fewRows, work.rowsInTable * shareMax);
  if (work.rowsRead <= limit) return [];
  const size = work.rowsInTable.toLocaleString('en-US');
  const read = work.rowsRead.toLocaleString('en-US');
  return [
    {
      code: 'ROWS_READ_UNDER_LOCK',
      severity: 'failure',
      message: `One transaction (${work.commands}) read ${read} rows of ${work.table} while it held a lock under which ${keptOut(work.mode)}; the table has ${size}. Here that took moments. It grows with the table: ten times the rows, ten times as long.`,
      measured: { text: `${read} rows read under the lock`, value: work.rowsRead, unit: 'rows' },
      expected: { text: `as good as none, at most ${Math.round(limit)}`, value: Math.round(limit), unit: 'rows' },
      atMs: null,
      refs: { experiment },
    },
  ];
}

function heldLong(work: Work, { experiment, limitMs }: { experiment: string; limitMs: number }): Finding[] {
  if (work.heldMs <= limitMs) return [];
  return [
    {
      code: 'LOCK_HELD_LONG',
      severity: 'failure',
      message: `One transaction (${work.commands}) held a lock on ${work.table} for ${seconds(work.heldMs)}, under which ${keptOut(work.mode)}. Nobody was in its way: what it did in that time was its own.`,
      measured: { text: `held for ${seconds(work.heldMs)}`, value: Math.round(work.heldMs), unit: 'ms' },
      expected: { text: `at most ${seconds(limitMs)}`, value: Math.round(limitMs), unit: 'ms' },
      atMs: null,
      refs: { experiment },
    },
  ];
}
