import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { queueStaysShort } from './queue-stays-short.ts';
import { experimentRecord, healthyLab } from './testing/evidence.ts';
import { heldFromMs, heldToMs, queued, runWith, save, wait } from './testing/migration-run.ts';

const check = queueStaysShort({
  id: 'shop/nobody-queues-long',
  title: 'Nobody queues',
  points: 25,
  lesson: 'lessons/migrations#nobody-queues-long',
  experiment: 'behind',
  later: 'between',
  waitMsMax: 2_500,
  openShareMin: 0.25,
  gapMsMax: 1_000,
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);

/** Saves every 100 ms, but for the ones that a test leaves out. */
const saves = (isLeftOut: (atMs: number) => boolean = () => false) =>
  Array.from({ length: 320 }, (_, index) => 100 * index + 50)
    .filter((atMs) => !isLeftOut(atMs))
    .map((atMs) => save(atMs));

/** A try of half a second every two, with somebody behind each. */
const tries = Array.from({ length: 10 }, (_, index) => heldFromMs + 2_000 * index).flatMap((fromMs) => [
  wait({ startMs: fromMs, endMs: fromMs + 500 }),
  queued(fromMs + 30, fromMs + 500),
]);

test('short tries with pauses between them pass', () => {
  expect(codes(runWith({ waits: tries, history: saves() }))).toEqual([]);
});

test('a migration that never queues passes', () => {
  expect(codes(runWith({ history: saves() }))).toEqual([]);
});

test('QUEUE_TOO_LONG by the one who waited behind it, and by the migration itself when they gave up', () => {
  const waits = [wait({ startMs: 11_000, endMs: 17_000 }), queued(11_040, 14_040), queued(14_100, 17_000, 'api-2')];
  const [finding, ...others] = check.judge(runWith({ waits, history: saves() }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'QUEUE_TOO_LONG',
    atMs: 11_000,
    measured: { value: 6_000, unit: 'ms' },
    expected: { value: 2_500 },
    refs: { during: ['long-report'] },
  });
  expect(finding?.message).toMatch(
    /^From 11\.00 s on, migration waited for ACCESS EXCLUSIVE on books for 6 s, and 2 other waits of api-1, api-2 piled up/,
  );
  const impatient = [wait({ startMs: 11_000, endMs: 17_000 }), queued(11_040, 12_000)];
  expect(codes(runWith({ waits: impatient, history: saves() }))).toEqual(['QUEUE_TOO_LONG']);
});

test('a wait of the migration behind which nobody stands is nobody’s loss', () => {
  const validating = wait({ mode: 'ShareUpdateExclusiveLock', startMs: 11_000, endMs: 29_000 });
  expect(codes(runWith({ waits: [validating], history: saves() }))).toEqual([]);
});

test('who waits for another customer does not count', () => {
  const row = wait({ who: 'api-1', table: null, mode: 'ShareLock', startMs: 11_000, endMs: 15_000 });
  expect(codes(runWith({ waits: [row], history: saves() }))).toEqual([]);
});

test('the limit is the one that is declared, and grows on a machine that has no time', () => {
  const around = (ms: number) => runWith({ waits: [queued(11_000, 11_000 + ms)], history: saves() });
  expect([codes(around(2_500)), codes(around(2_501))]).toEqual([[], ['QUEUE_TOO_LONG']]);
  const labHealth = { ...healthyLab, canaries: [{ part: 'postgres', failed: 0, maxMs: 900 }] };
  expect(codes({ ...around(2_501), labHealth })).toEqual([]);
});

test('QUEUE_NEVER_EMPTY: no wait is long, and there is always one', () => {
  const waits = Array.from({ length: 39 }, (_, index) => heldFromMs + 510 * index).flatMap((fromMs) => [
    wait({ startMs: fromMs, endMs: fromMs + 500 }),
    queued(fromMs + 50, fromMs + 500),
  ]);
  const [finding, ...others] = check.judge(runWith({ waits, history: saves() }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'QUEUE_NEVER_EMPTY', expected: { value: 0.25 } });
  expect(finding?.message).toContain('asked for its lock 39 times');
});

test('time in which several stand in the queue counts once, whether or not the migration itself is seen', () => {
  const closedFor = (ms: number) =>
    Array.from({ length: 10 }, (_, index) => heldFromMs + 2_000 * index).flatMap((fromMs) => [
      queued(fromMs, fromMs + ms),
      queued(fromMs + 10, fromMs + 200, 'api-2'),
    ]);
  const of = (ms: number) => runWith({ waits: closedFor(ms), history: saves() });
  expect([codes(of(1_500)), codes(of(1_501))]).toEqual([[], ['QUEUE_NEVER_EMPTY']]);
});

test('a report that was closed after a moment says nothing about the share', () => {
  const waits = [wait({ startMs: heldFromMs, endMs: heldFromMs + 2_000 }), queued(heldFromMs, heldFromMs + 2_000)];
  const given = runWith({ waits, facts: { heldToMs: heldFromMs + 2_100, doneMs: heldFromMs + 3_000 } });
  expect(codes({ ...given, history: saves() })).toEqual([]);
});

test('WRITES_STOOD: between the report and the end nobody could save', () => {
  const history = saves((atMs) => atMs > heldToMs && atMs < heldToMs + 1_600);
  const [finding, ...others] = check.judge(runWith({ history, facts: { doneMs: heldToMs + 1_600 } }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'WRITES_STOOD', atMs: heldToMs, measured: { value: 1_650 } });
});

test('a gap after the migration was done is not its own', () => {
  const history = saves((atMs) => atMs > heldToMs + 700 && atMs < heldToMs + 1_900);
  expect(codes(runWith({ history, facts: { doneMs: heldToMs + 500 } }))).toEqual([]);
});

test('what was not seen is not judged', () => {
  expect(codes(runWith({ facts: { seen: false }, history: saves() }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({}))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ change: { experiments: [experimentRecord({ reached: false })] } }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ change: { selected: [] } }))).toEqual([]);
});

test('a queue behind a later step counts like one behind the first', () => {
  const waits = [wait({ startMs: 11_000, endMs: 15_000 }), queued(11_040, 15_000, 'lab')];
  const [finding, ...others] = check.judge(runWith({ experiment: 'between', waits }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'QUEUE_TOO_LONG', refs: { experiment: 'between' } });
  expect(codes(runWith({ experiment: 'between' }))).toEqual([]);
  const unreached = [experimentRecord({ experiment: 'between', reached: false })];
  expect(codes(runWith({ experiment: 'between', change: { experiments: unreached } }))).toEqual(['NOT_MEASURED']);
});
