import type { Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { freshAfterWrite } from './fresh-after-write.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

const check = freshAfterWrite({
  id: 'shop/no-late-fill',
  title: 'A slow reader does not overwrite a newer price',
  points: 20,
  lesson: 'lessons/caching#no-late-fill',
  experiments: ['late-fill', 'late-reply'],
  rereads: ['reread'],
  circumstances: { 'late-fill': 'The fill was late.', 'late-reply': 'The reply was late.' },
});

function save(change: Partial<Operation> = {}): Operation {
  return operation({
    experiment: 'late-fill',
    client: 'writer',
    kind: 'write',
    replica: 'api-2',
    value: 2_990,
    startMs: 1_000,
    endMs: 1_050,
    ...change,
  });
}

/** A read that began after `save` was answered. */
function look(change: Partial<Operation> = {}): Operation {
  return operation({
    id: 2,
    experiment: 'late-fill',
    replica: 'api-3',
    value: 3_990,
    startMs: 1_120,
    endMs: 1_125,
    ...change,
  });
}

test('reads that show what was saved pass', () => {
  const history = [look({ id: 1, startMs: 900, endMs: 905 }), save({ id: 2 }), look({ id: 3, value: 2_990 })];
  expect(check.judge(evidence({ history }))).toEqual([]);
});

test('STALE_AFTER_WRITE names the save, the read and the moment', () => {
  expect(check.judge(evidence({ history: [save(), look()] }))).toEqual([
    {
      code: 'STALE_AFTER_WRITE',
      severity: 'failure',
      message:
        'The price of book book-1 was set to 29.90 through api-2, which answered 200 at 1.05 s. ' +
        '70 ms after that answer, api-3 was asked (detail) and said 39.90. The fill was late.',
      measured: { text: '39.90 from api-3, 70 ms after the save', value: 1, unit: 'stale reads' },
      expected: { text: '29.90 from every replica once the save was answered', value: 0, unit: 'stale reads' },
      atMs: 1_120,
      refs: { experiment: 'late-fill', operations: [1, 2] },
    },
  ]);
});

test('the other stale reads of an experiment are counted, with the latest lateness', () => {
  const later = [3, 4, 5, 6, 7].map((id) => look({ id, startMs: 1_100 + id * 100, endMs: 1_101 + id * 100 }));
  const [found, ...more] = check.judge(evidence({ history: [save(), look(), ...later] }));
  expect(more).toEqual([]);
  expect(found?.message).toMatch(/Old in this experiment: 6 reads, the last one 750 ms after the answer\.$/);
  expect(found?.measured.value).toBe(6);
  expect(found?.refs.operations).toEqual([1, 2, 3, 4, 5]);
});

test('each experiment has a finding of its own', () => {
  const second = { experiment: 'late-reply', key: 'book-2' };
  const history = [save(), look(), save({ ...second, id: 3 }), look({ ...second, id: 4 })];
  const found = check.judge(evidence({ history }));
  expect(found.map(({ code, refs }) => [code, refs.experiment])).toEqual([
    ['STALE_AFTER_WRITE', 'late-fill'],
    ['STALE_AFTER_WRITE', 'late-reply'],
  ]);
  expect(found[1]?.message).toContain('The reply was late.');
});

test('what other experiments and the load did is not looked at', () => {
  const strangers = [save({ experiment: 'plain-write' }), look({ experiment: 'plain-write' })];
  const { experiment: _none, ...outside } = look({ id: 3 });
  expect(check.judge(evidence({ history: [...strangers, save({ id: 4 }), outside] }))).toEqual([]);
});

test('a stale reread counts for the experiment whose book it is', () => {
  const history = [save(), look({ id: 9, experiment: 'reread', startMs: 9_000, endMs: 9_004 })];
  const found = check.judge(evidence({ history }));
  expect(found.map(({ atMs, refs }) => [atMs, refs])).toEqual([
    [9_000, { experiment: 'late-fill', operations: [1, 9] }],
  ]);
});

test("a stale reread of another check's book does not count", () => {
  const other = { key: 'book-2' };
  const history = [
    save({ ...other, experiment: 'plain-write' }),
    look({ ...other, experiment: 'reread', startMs: 9_000, endMs: 9_004 }),
    save({ id: 3 }),
  ];
  expect(check.judge(evidence({ history }))).toEqual([]);
});

test('the experiments that read again are needed too', () => {
  expect(check.experiments).toEqual(['late-fill', 'late-reply', 'reread']);
});

const attempt = experimentRecord({
  experiment: 'late-fill',
  reached: false,
  note: 'the reader did not ask the database',
  startMs: 900,
  endMs: 1_300,
  keys: ['book-1'],
});

test('BARRIER_NOT_REACHED is a note that says why, and where to look', () => {
  const experiments = [
    { ...attempt, note: 'another reason' },
    { ...attempt, attempt: 2, endMs: 1_900 },
  ];
  const history = [save({ id: 4 }), look({ id: 5, value: 2_990 })];
  expect(check.judge(evidence({ experiments, history }))).toEqual([
    {
      code: 'BARRIER_NOT_REACHED',
      severity: 'note',
      message:
        'The experiment "late-fill" could not bring this code to the point it wanted to hold (the reader did not ask the database), ' +
        'so it proves nothing; the random interleavings decide. See operations 4 and 5.',
      measured: { text: '2 attempts, none reached' },
      expected: { text: 'one attempt reached' },
      atMs: 1_900,
      refs: { experiment: 'late-fill', operations: [4, 5] },
    },
  ]);
});

test('an experiment with one attempt that reached its barrier has no note', () => {
  const experiments = [attempt, { ...attempt, attempt: 2, reached: true }];
  expect(check.judge(evidence({ experiments }))).toEqual([]);
});

test('a stale read counts although the barrier was not reached', () => {
  const found = check.judge(evidence({ experiments: [attempt], history: [save(), look()] }));
  expect(found.map(({ code }) => code)).toEqual(['STALE_AFTER_WRITE', 'BARRIER_NOT_REACHED']);
});

test('an answer without a price is a finding of its own', () => {
  const found = check.judge(evidence({ history: [save(), look({ value: null })] }));
  expect(found.map((finding) => finding.code)).toEqual(['READ_WITHOUT_PRICE']);
});
