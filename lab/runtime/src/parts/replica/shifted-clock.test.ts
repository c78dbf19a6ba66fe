import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { shiftedClock } from './shifted-clock.ts';

const asked = `
  const origin = performance.timeOrigin + performance.now();
  console.log(JSON.stringify({
    now: Date.now(), made: new Date().getTime(), origin, text: Date.parse(Date()),
    given: new Date(7).getTime(), isDate: new Date() instanceof Date, utc: Date.UTC(1970, 0, 2),
  }));`;

async function timeOf(aheadMs: number): Promise<Record<string, number>> {
  const env = { ...process.env, ...shiftedClock(aheadMs) };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', asked], { env });
  return JSON.parse(stdout);
}

test.each([60_000, -60_000])('a process whose clock is %i ms ahead shows it wherever it is asked', async (aheadMs) => {
  const fromMs = Date.now() + aheadMs - 1_000;
  const { now, made, origin, text, ...others } = await timeOf(aheadMs);
  const toMs = Date.now() + aheadMs + 1;
  for (const shown of [now, made, origin, text]) {
    expect(shown).toBeGreaterThanOrEqual(fromMs);
    expect(shown).toBeLessThanOrEqual(toMs);
  }
  expect(others).toEqual({ given: 7, isDate: true, utc: 86_400_000 });
});

test('without a difference nothing is loaded', () => {
  expect(shiftedClock(0)).toEqual({});
});
