import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { answersDuring } from './answers-during.ts';
import { evidence, experimentRecord, healthyLab, operation } from './testing/evidence.ts';

const check = answersDuring({
  id: 'shop/survives',
  title: 'Book pages are answered while the cache is away',
  points: 5,
  lesson: 'lessons/caching#survives',
  experiments: ['cache-cut', 'cache-hangs'],
  circumstances: { 'cache-cut': 'no replica could connect to the cache' },
  slowShareMax: 0.05,
  slowMs: 1_000,
});

const record = experimentRecord({
  experiment: 'cache-cut',
  startMs: 4_000,
  endMs: 9_000,
  keys: ['book-1'],
  facts: { fromMs: 5_000, toMs: 8_000 },
});

/** A read of `tookMs` while the cache is away. */
function look(id: number, tookMs = 20, change: Partial<Operation> = {}): Operation {
  const startMs = 5_000 + id * 10;
  return operation({ id, experiment: 'cache-cut', startMs, endMs: startMs + tookMs, ...change });
}

const failed = { outcome: 'unknown', status: 503, value: null } as const;
const refused = { outcome: 'fail', status: 0, value: null, error: 'ECONNREFUSED' } as const;

/** Twenty reads, so that one slow one is the share that is allowed. */
const quick = Array.from({ length: 20 }, (_, index) => look(index + 1));

function judge(history: readonly Operation[], change: Partial<Evidence> = {}) {
  return check.judge(evidence({ experiments: [record], history, ...change }));
}

test('reads that are answered in time pass, and so does one slow one in twenty', () => {
  expect(judge([...quick.slice(1), look(1, 2_400)])).toEqual([]);
});

test('READS_FAILED names how many of how many, and the first', () => {
  expect(judge([...quick, look(21, 20, failed), look(22, 20, refused)])).toEqual([
    {
      code: 'READS_FAILED',
      severity: 'failure',
      message:
        'While no replica could connect to the cache, 2 of 22 book pages were not answered; the first at 5.21 s through api-1 (status 503). ' +
        'The database was there all the time. See operations 21 and 22.',
      measured: { text: '2 of 22 reads failed', value: 2, unit: 'failed reads' },
      expected: { text: 'every read answered', value: 0, unit: 'failed reads' },
      atMs: 5_210,
      refs: { experiment: 'cache-cut', operations: [21, 22] },
    },
  ]);
});

test('a read without any answer is reported with its network error', () => {
  expect(judge([look(1, 20, refused)])[0]?.message).toContain('through api-1 (ECONNREFUSED)');
});

test('READS_HUNG names the limit and the worst', () => {
  expect(judge([...quick, look(21, 1_400), look(22, 2_400)])).toEqual([
    {
      code: 'READS_HUNG',
      severity: 'failure',
      message:
        'While no replica could connect to the cache, 2 of 22 book pages took longer than 1000 ms, the worst 2400 ms: ' +
        'the readers waited for the cache instead of going to the database. See operations 21 and 22.',
      measured: { text: '2 of 22 slower than 1000 ms', value: 2_400, unit: 'ms' },
      expected: { text: 'at most 1 slower', value: 1_000, unit: 'ms' },
      atMs: 5_220,
      refs: { experiment: 'cache-cut', operations: [21, 22] },
    },
  ]);
});

test('a read that takes exactly the limit is not slow', () => {
  expect(judge([look(1, 1_000)])).toEqual([]);
  expect(judge([look(1, 1_001)]).map(({ code }) => code)).toEqual(['READS_HUNG']);
});

test('a machine whose echo is late gets twenty times that lateness', () => {
  const late = { labHealth: { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: 75 } } };
  expect(judge([look(1, 1_500)], late)).toEqual([]);
  expect(judge([look(1, 1_501)], late)[0]?.expected).toEqual({ text: 'at most 0 slower', value: 1_500, unit: 'ms' });
});

test('only reads that began while the dependency was away are looked at', () => {
  const { fromMs, toMs } = { fromMs: 5_000, toMs: 8_000 };
  const outside = [
    look(1, 20, { ...failed, startMs: fromMs - 1 }),
    look(2, 20, { ...failed, startMs: toMs + 1 }),
    look(3, 20, { ...failed, kind: 'write' }),
    look(4, 20, { ...failed, experiment: 'plain-write' }),
  ];
  expect(judge([...quick, ...outside])).toEqual([]);
  const edges = [look(5, 20, { ...failed, startMs: fromMs }), look(6, 20, { ...failed, startMs: toMs })];
  expect(judge(edges)[0]?.refs.operations).toEqual([5, 6]);
});

test('each experiment is judged by itself, and one without a circumstance goes by its name', () => {
  const hangs = { ...record, experiment: 'cache-hangs' };
  const history = [...quick, look(21, 20, { ...failed, experiment: 'cache-hangs' })];
  const found = judge(history, { experiments: [record, hangs] });
  expect(found.map(({ refs }) => refs.experiment)).toEqual(['cache-hangs']);
  expect(found[0]?.message).toMatch(/^While cache-hangs, 1 of 1 book pages/);
});

test('the last attempt says when the dependency was away', () => {
  const again = { ...record, attempt: 2, facts: { fromMs: 20_000, toMs: 21_000 } };
  const history = [look(1, 20, failed), look(2, 20, { ...failed, startMs: 20_500, endMs: 20_520 })];
  expect(judge(history, { experiments: [record, again] })[0]?.refs.operations).toEqual([2]);
});
