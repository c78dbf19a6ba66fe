import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { agreesWithDatabase } from './agrees-with-database.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

const check = agreesWithDatabase({
  id: 'shop/last-save-wins',
  title: 'Of two saves, the one that the database kept is shown',
  points: 10,
  lesson: 'lessons/caching#last-save-wins',
  experiments: ['two-writers'],
  reread: 'reread',
});

function save(change: Partial<Operation> = {}): Operation {
  return operation({
    experiment: 'two-writers',
    client: 'writer-1',
    kind: 'write',
    value: 2_000,
    startMs: 1_000,
    endMs: 1_500,
    ...change,
  });
}

const older = save();
const newer = save({ id: 2, client: 'writer-2', replica: 'api-2', value: 3_000, startMs: 1_200, endMs: 1_400 });

/** A read that began after both saves were answered. */
function look(change: Partial<Operation> = {}): Operation {
  return operation({
    id: 3,
    experiment: 'two-writers',
    replica: 'api-3',
    value: 3_000,
    startMs: 1_600,
    endMs: 1_605,
    ...change,
  });
}

const record = experimentRecord({ experiment: 'two-writers', startMs: 900, endMs: 2_000, keys: ['book-1'] });

/** The database ended with the price of the save that was answered first. */
const experiments = [record, { ...record, experiment: 'reread', keys: [], facts: { 'book-1': 3_000 } }];

function judge(history: readonly Operation[], change: Partial<Evidence> = {}) {
  return check.judge(evidence({ experiments, history, ...change }));
}

test('reads that show what the database kept pass', () => {
  expect(judge([older, newer, look(), look({ id: 4, experiment: 'reread', startMs: 9_000, endMs: 9_004 })])).toEqual(
    [],
  );
});

test('OLDER_WRITE_WON names both prices, the replica and the operations', () => {
  const old = { value: 2_000 };
  const reads = [look(old), look({ ...old, id: 4, experiment: 'reread', startMs: 9_000, endMs: 9_004 })];
  expect(judge([older, newer, ...reads])).toEqual([
    {
      code: 'OLDER_WRITE_WON',
      severity: 'failure',
      message:
        'Two people saved book book-1 at the same time, and both were answered with success by 1.50 s. The database ended with 30.00, ' +
        'but api-3 still said 20.00 at 1.60 s: the save that came first in the database was the last to write to the cache. ' +
        '2 reads disagreed with the database.',
      measured: { text: '20.00 from api-3', value: 2, unit: 'wrong reads' },
      expected: { text: '30.00, as in the database', value: 0, unit: 'wrong reads' },
      atMs: 1_600,
      refs: { experiment: 'two-writers', operations: [1, 2, 3, 4] },
    },
  ]);
});

test('an answer without a price disagrees with the database', () => {
  expect(judge([older, newer, look({ value: null })])[0]?.measured.text).toBe('no price from api-3');
});

test.each<[string, readonly Operation[]]>([
  ['a read began before both saves were answered', [older, newer, look({ value: 2_000, startMs: 1_499 })]],
  ['a read was not answered', [older, newer, look({ value: null, outcome: 'fail', status: 404 })]],
  ['one save may still take effect', [older, { ...newer, outcome: 'unknown', status: 503 }, look({ value: 2_000 })]],
  ['there was one save: its order is known', [newer, look({ value: 2_000 })]],
  ['the book belongs to another experiment', [older, newer, look({ value: 2_000 })].map(ofPlainWrite)],
])('nothing is found when %s', (_circumstance, history) => {
  expect(judge(history)).toEqual([]);
});

function ofPlainWrite(operation: Operation): Operation {
  return { ...operation, experiment: 'plain-write' };
}

test('the last look at the database counts', () => {
  const again = { ...record, experiment: 'reread', attempt: 2, keys: [], facts: { 'book-1': 2_000 } };
  expect(judge([older, newer, look()], { experiments: [...experiments, again] })[0]?.expected.text).toBe(
    '20.00, as in the database',
  );
});

test('the experiment that reads the database is needed too', () => {
  expect(check.experiments).toEqual(['two-writers', 'reread']);
});
