import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { expect, test } from 'vitest';
import { countVerified } from './verify-counts.mjs';
import { countTests } from './vitest-lane.mjs';

/** Runs lanes in a process of their own, as they print. */
function runLanes(lanes) {
  const script = `
    import { runLanes } from ${JSON.stringify(new URL('./run-lanes.mjs', import.meta.url).href)};
    process.exitCode = await runLanes(${lanes});`;
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return { exitCode: 0, stdout: execFileSync(process.execPath, ['--input-type=module', '-e', script], options) };
  } catch (error) {
    return { exitCode: error.status, stdout: error.stdout };
  }
}

test('the last line counts lanes and the tests in them', () => {
  const lanes =
    "[{ name: 'a', run: async () => ({ ok: true, passed: 3 }) }, { name: 'b', run: async () => ({ ok: true }) }]";
  const { exitCode, stdout } = runLanes(lanes);
  expect(exitCode).toBe(0);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('5 passed, 0 failed');
});

test('a failed cheap lane keeps the expensive ones from running, and the cheap ones not', () => {
  const lanes = `[
    { name: 'a', isCheap: true, run: async () => ({ ok: false }) },
    { name: 'b', isCheap: true, run: async () => ({ ok: true }) },
    { name: 'c', run: async () => ({ ok: true }) }]`;
  const { exitCode, stdout } = runLanes(lanes);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('not run  c');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed');
});

test('a lane that throws has failed', () => {
  const { exitCode, stdout } = runLanes("[{ name: 'a', run: async () => { throw new Error('no') } }]");
  expect(exitCode).toBe(1);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
});

test('a test file that could not be loaded counts as one failed test', () => {
  const report = {
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'pending' }] },
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(countTests(report)).toEqual({ passed: 2, failed: 2 });
});

test('runs of verify are counted where it says so', () => {
  expect(countVerified('{"counts":{"passed":14,"failed":1}}')).toEqual({ passed: 14, failed: 1 });
  expect(countVerified('')).toEqual({});
});
