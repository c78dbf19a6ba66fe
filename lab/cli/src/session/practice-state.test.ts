import { LabError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createPracticeState, type PracticeState, statusOf } from './practice-state.ts';

const echo = new LabError('E_ECHO_ENDED', { message: "The lab's echo server has ended." });
const figures = { requestsPerSecond: 40, failedPerSecond: 0, p50Ms: 3, p99Ms: 12, databaseStatementsPerSecond: null };

function running(change: Partial<PracticeState> = {}): PracticeState {
  const state = createPracticeState({ scenario: 'stale-tea', workspace: '/w', token: 't', names: [] });
  return { ...state, record: { ...state.record, state: 'running' }, figures, ...change };
}

test('a session under load has no problem', () => {
  expect(statusOf(running())).toMatchObject({ phase: 'load', problem: null, load: figures });
});

test('a load that was lost is named, and its last figures are not shown as if it ran', () => {
  const state = running({ loadTrouble: () => ({ causes: [echo], isTriedAgain: true }) });
  const problem = "The lab's echo server has ended. The load begins again.";
  expect(statusOf(state)).toMatchObject({ problem, load: null });
});

test.each([
  [
    true,
    "The lab's echo server has ended. The load could not be begun again: k6 was ended by SIGKILL. It is tried again.",
  ],
  [
    false,
    "The lab's echo server has ended. The load could not be begun again: k6 was ended by SIGKILL. It keeps ending: it waits for your next save.",
  ],
])('what keeps it from being begun again is named too; tried again: %s', (isTriedAgain, problem) => {
  const k6 = new LabError('E_K6_FAILED', { message: 'k6 was ended by SIGKILL:\n  level=info' });
  const state = running({ loadTrouble: () => ({ causes: [echo, k6], isTriedAgain }) });
  expect(statusOf(state).problem).toBe(problem);
});

test('a lost part comes first, then code that does not boot', () => {
  const loadTrouble = () => ({ causes: [echo], isTriedAgain: true });
  const problem = { replica: null, code: 'E_BOOT', message: 'No such table.', file: null, line: null };
  expect(statusOf(running({ loadTrouble, problem })).problem).toBe('No such table.');
  const loss = new LabError('E_PART_LOST', { message: 'postgres was ended by SIGKILL, and nobody asked it to.' });
  expect(statusOf(running({ loadTrouble, problem, loss })).problem).toContain('postgres was ended by SIGKILL');
});
