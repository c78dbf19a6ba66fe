import { expect, test } from 'vitest';
import { seededRandom } from '../limits/testing/seeded-random.ts';
import { admit, type BreakerState, type CallReport, CLOSED, report } from './breaker.ts';

const SETTINGS = { windowMs: 3_000, volume: 10, failurePercent: 50, openMs: 2_000, probes: 2 };

/** A breaker with a clock; calls that are let through are reported at once, unless they are held. */
function breaker() {
  let state: BreakerState = CLOSED;
  let nowMs = 0;
  const ask = () => {
    const { allowed, state: next } = admit(state, nowMs, SETTINGS);
    state = next;
    return allowed ? { epoch: next.epoch } : undefined;
  };
  const tell = ({ epoch }: { epoch: number }, outcome: CallReport) => {
    state = report(state, { epoch, outcome, nowMs }, SETTINGS);
  };
  return {
    ask,
    tell,
    wait: (ms: number) => {
      nowMs += ms;
    },
    kind: () => state.kind,
    nowMs: () => nowMs,
    /** How many of `count` calls, `everyMs` apart, were let through. */
    calls(count: number, outcome: CallReport, everyMs = 0) {
      let made = 0;
      for (let n = 0; n < count; n += 1) {
        const call = ask();
        if (call) {
          made += 1;
          tell(call, outcome);
        }
        nowMs += everyMs;
      }
      return made;
    },
  };
}

function opened() {
  const one = breaker();
  one.calls(10, 'failure');
  expect(one.kind()).toBe('open');
  return one;
}

test('it opens within two seconds when a busy service fails, whatever went well before', () => {
  const { calls, kind } = breaker();
  expect(calls(2_000, 'success', 5)).toBe(2_000);
  calls(400, 'failure', 5);
  expect(kind()).toBe('open');
});

test('failures below the volume do not open it, however large their share', () => {
  const { calls, kind } = breaker();
  expect(calls(9, 'failure')).toBe(9);
  expect(kind()).toBe('closed');
});

test('failures that are further apart than the window never open it', () => {
  const { calls, kind } = breaker();
  expect(calls(100, 'failure', 400)).toBe(100);
  expect(kind()).toBe('closed');
});

test('it stays closed while less than half fail', () => {
  const { calls, kind } = breaker();
  for (let round = 0; round < 100; round += 1) {
    calls(3, 'success');
    calls(2, 'failure', 1);
  }
  expect(kind()).toBe('closed');
});

test('calls that tell nothing are not counted', () => {
  const { calls, kind } = breaker();
  calls(100, 'nothing');
  calls(9, 'failure');
  expect(kind()).toBe('closed');
  calls(1, 'failure');
  expect(kind()).toBe('open');
});

test('while it is open nothing is called; then as many as there are probes', () => {
  const { ask, calls, wait } = opened();
  expect(calls(1_000, 'success', 1)).toBe(0);
  wait(1_000);
  expect([ask(), ask(), ask()].map((call) => call !== undefined)).toEqual([true, true, false]);
});

test('it closes when all probes have succeeded, with nothing left of what was before', () => {
  const { calls, wait, kind } = opened();
  wait(2_000);
  calls(1, 'success');
  expect(kind()).toBe('half-open');
  calls(1, 'success');
  expect(kind()).toBe('closed');
  calls(9, 'failure');
  expect(kind()).toBe('closed');
});

test('a probe that fails opens it again for the whole time', () => {
  const { calls, wait, kind } = opened();
  wait(2_000);
  calls(1, 'failure');
  expect(kind()).toBe('open');
  wait(1_999);
  expect(calls(1, 'success')).toBe(0);
});

test('a probe that told nothing makes room for another', () => {
  const { ask, calls, wait } = opened();
  wait(2_000);
  calls(1, 'nothing');
  expect([ask(), ask(), ask()].filter(Boolean)).toHaveLength(2);
});

test('a call from before it opened decides nothing afterwards', () => {
  const { ask, tell, calls, wait, kind } = breaker();
  const [late, later] = [ask(), ask()];
  calls(10, 'failure');
  wait(2_000);
  const probe = ask();
  if (late) tell(late, 'failure');
  expect(kind()).toBe('half-open');
  if (probe) tell(probe, 'success');
  if (later) tell(later, 'success');
  expect(kind()).toBe('half-open');
});

test('through an hour of outage, at most the probes of each half-open time are called', () => {
  const { calls } = breaker();
  const made = calls(36_000, 'failure', 100);
  expect(made).toBeLessThanOrEqual(10 + Math.ceil(3_600_000 / SETTINGS.openMs));
});

test.each([0.3, 0.45, 0.5, 0.6, 0.75, 0.9])(
  'while %f of all calls fail it opens twice in any minute at most',
  (share) => {
    const random = seededRandom(7);
    const { ask, tell, kind, wait, nowMs } = breaker();
    const opened: number[] = [];
    for (let call = 0; call < 30 * 60 * 20; call += 1) {
      wait(50);
      const before = kind();
      const made = ask();
      if (made) tell(made, random.next() < share ? 'failure' : 'success');
      if (before === 'closed' && kind() === 'open') opened.push(nowMs());
    }
    const inMinuteFrom = (from: number) => opened.filter((at) => at >= from && at < from + 60_000).length;
    expect(Math.max(0, ...opened.map(inMinuteFrom)), 'times that it opened in one minute').toBeLessThanOrEqual(2);
  },
);

/** Open for the second time in a minute, and about to let probes through. */
function openedAgain() {
  const one = opened();
  one.wait(2_000);
  one.calls(2, 'success');
  one.calls(10, 'failure');
  one.wait(2_000);
  return one;
}

test('what opened again soon needs eight times as many probes to close, and no more at the same time', () => {
  const { ask } = openedAgain();
  expect([ask(), ask(), ask()].filter(Boolean)).toHaveLength(2);
  const { calls, kind } = openedAgain();
  calls(15, 'success');
  expect(kind()).toBe('half-open');
  calls(1, 'success');
  expect(kind()).toBe('closed');
});

test('a minute after it opened again it closes as readily as ever', () => {
  const { calls, wait, kind } = openedAgain();
  calls(1, 'failure');
  wait(60_000);
  calls(2, 'success');
  expect(kind()).toBe('closed');
});
