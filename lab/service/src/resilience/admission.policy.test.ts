import { expect, test } from 'vitest';
import { seededRandom } from '../limits/testing/seeded-random.ts';
import { createAdmission, type Importance } from './admission.ts';

const CONNECTIONS = 10;
const WORK_MS = 20;
const CAPACITY_PER_SECOND = (CONNECTIONS * 1_000) / WORK_MS;

interface Job {
  readonly importance: Importance;
  readonly leave: () => void;
  restMs: number;
}

/** Ten connections that all classes wait for in one line, one millisecond at a time, under so many times their capacity. */
function simulate(times: number, seconds: number) {
  const random = seededRandom(7);
  const admission = createAdmission(10 * CONNECTIONS);
  const line: Job[] = [];
  const asked = { critical: 0, normal: 0, optional: 0 };
  const refused = { critical: 0, normal: 0, optional: 0 };
  let done = 0;
  let longest = 0;
  const arrive = () => {
    const dice = random.next();
    const importance = dice < 0.2 ? 'critical' : dice < 0.7 ? 'normal' : 'optional';
    asked[importance] += 1;
    const leave = admission.enter(importance);
    if (leave) line.push({ importance, leave, restMs: WORK_MS });
    else refused[importance] += 1;
  };
  const perMs = (times * CAPACITY_PER_SECOND) / 1_000;
  for (let ms = 0; ms < seconds * 1_000; ms += 1) {
    for (let n = 0; n < 10; n += 1) if (random.next() < perMs / 10) arrive();
    for (const job of line.slice(0, CONNECTIONS)) job.restMs -= 1;
    for (const job of line.filter(({ restMs }) => restMs === 0)) {
      line.splice(line.indexOf(job), 1);
      job.leave();
      done += 1;
    }
    longest = Math.max(longest, line.length);
  }
  return { asked, refused, goodput: done / (seconds * CAPACITY_PER_SECOND), longest };
}

test('at three times the capacity critical requests get in, and the machine does useful work only', () => {
  const { asked, refused, goodput, longest } = simulate(3, 10);
  expect(1 - refused.critical / asked.critical).toBeGreaterThanOrEqual(0.99);
  expect(goodput).toBeGreaterThanOrEqual(0.95);
  expect(longest).toBeLessThanOrEqual(10 * CONNECTIONS);
  expect(refused.optional / asked.optional).toBeGreaterThan(refused.normal / asked.normal);
});

test('below the capacity nobody is refused', () => {
  expect(simulate(0.8, 10).refused).toEqual({ critical: 0, normal: 0, optional: 0 });
});

test('the shares hold exactly, and what is left can be taken again', () => {
  const admission = createAdmission(10);
  const optional = Array.from({ length: 5 }, () => admission.enter('optional'));
  expect(optional.filter(Boolean)).toHaveLength(3);
  const normal = Array.from({ length: 5 }, () => admission.enter('normal'));
  expect(normal.filter(Boolean)).toHaveLength(2);
  const critical = Array.from({ length: 9 }, () => admission.enter('critical'));
  expect(critical.filter(Boolean)).toHaveLength(5);
  for (const leave of critical) leave?.();
  expect(admission.inFlight()).toBe(5);
});

test('letting a request out twice makes room once', () => {
  const admission = createAdmission(10);
  admission.enter('critical');
  const leave = admission.enter('critical');
  leave?.();
  leave?.();
  expect(admission.inFlight()).toBe(1);
});
