import type { Operation, Sample } from '@lab/sdk';
import { expect, test } from 'vitest';
import { calmSample, evidence, healthyLab, operation } from './testing/evidence.ts';
import { writesAnswer } from './writes-answer.ts';

const check = writesAnswer({
  id: 'shop/saves-are-answered',
  title: 'Saves are taken, and soon',
  points: 5,
  lesson: 'lessons/caching#saves-are-answered',
  experiments: ['row-held', 'writer-cut'],
  request: 'patch',
  medianMsMax: 500,
});

function calmMedian(valueMs: number, name = 'patch'): readonly Sample[] {
  return [calmSample('load.latency_p50_ms', valueMs, { name })];
}

function save(id: number, change: Partial<Operation> = {}): Operation {
  return operation({
    id,
    experiment: 'writer-cut',
    client: 'writer',
    kind: 'write',
    startMs: id * 100,
    endMs: id * 100 + 20,
    ...change,
  });
}

const unavailable = { outcome: 'unknown', status: 503 } as const;

test('quick saves that end well pass, also when the first attempts were refused', () => {
  const history = [save(1, unavailable), save(2, unavailable), save(3)];
  expect(check.judge(evidence({ history, samples: calmMedian(500) }))).toEqual([]);
});

test('WRITES_SLOW names the median and the limit', () => {
  expect(check.judge(evidence({ samples: calmMedian(2_010.4) }))).toEqual([
    {
      code: 'WRITES_SLOW',
      severity: 'failure',
      message:
        'With nothing broken, half of all saves took longer than 2010 ms. ' +
        'Waiting does not make an old value right; it makes every editor wait.',
      measured: { text: 'median 2010 ms', value: 2_010, unit: 'ms' },
      expected: { text: 'at most 500 ms', value: 500, unit: 'ms' },
      atMs: null,
      refs: {},
    },
  ]);
});

test('a machine whose echo is late gets twenty times that lateness', () => {
  const late = { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: 50 } };
  expect(check.judge(evidence({ samples: calmMedian(1_000), labHealth: late }))).toEqual([]);
  const found = check.judge(evidence({ samples: calmMedian(1_001), labHealth: late }));
  expect(found[0]?.expected.value).toBe(1_000);
});

test('slow reads are not slow saves', () => {
  expect(check.judge(evidence({ samples: calmMedian(2_000, 'detail') }))).toEqual([]);
});

test('WRITE_REFUSED names the attempts and how the last ended', () => {
  const history = [1, 2, 3, 4].map((id) => save(id, unavailable));
  expect(check.judge(evidence({ history }))).toEqual([
    {
      code: 'WRITE_REFUSED',
      severity: 'failure',
      message:
        'The price of book book-1 could not be saved: 4 attempts, the last at 0.40 s, ended with status 503, ' +
        'although nothing held the service up any more. See operations 1, 2, 3 and 4.',
      measured: { text: '4 attempts refused', value: 4, unit: 'attempts' },
      expected: { text: 'one of three retries succeeds within a second' },
      atMs: 400,
      refs: { experiment: 'writer-cut', operations: [1, 2, 3, 4] },
    },
  ]);
});

test('a refusal while the fault was there is no finding when the next price was taken', () => {
  const history = [save(1, unavailable), save(2, { value: 2_000 })];
  expect(check.judge(evidence({ history }))).toEqual([]);
});

test('only the attempts at the refused price are counted', () => {
  const lost = { outcome: 'unknown', status: 0, error: 'ECONNRESET', value: 2_000 } as const;
  const [found] = check.judge(evidence({ history: [save(1, unavailable), save(2, lost), save(3, lost)] }));
  expect(found?.refs.operations).toEqual([2, 3]);
  expect(found?.message).toContain('2 attempts, the last at 0.30 s, ended with ECONNRESET,');
});

test('a book is judged by the attempt that started last, whatever the order of the answers', () => {
  const history = [save(2), save(1, unavailable)];
  expect(check.judge(evidence({ history }))).toEqual([]);
});

test('each experiment has a finding of its own, and other experiments have none', () => {
  const history = ['row-held', 'writer-cut', 'plain-write'].map((experiment) =>
    save(1, { ...unavailable, experiment }),
  );
  const found = check.judge(evidence({ history }));
  expect(found.map(({ refs }) => refs.experiment)).toEqual(['row-held', 'writer-cut']);
});

test('a page that was not answered is no refused save', () => {
  const history = [save(1), save(2, { ...unavailable, kind: 'read' })];
  expect(check.judge(evidence({ history }))).toEqual([]);
});

test('saves that take longer than the calm stretch are measured by the lab’s own', () => {
  const history = [save(1, { endMs: 2_150 }), save(2, { key: 'book-2', endMs: 2_260 })];
  expect(check.judge(evidence({ history })).map((finding) => finding.code)).toEqual(['WRITES_SLOW']);
});
