import { readSession } from '@lab/console';
import { beforeEach, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, gradeRun, runFake } from '../testing/fake-services.ts';
import { startFakeSession } from '../testing/fake-session.ts';
import type { GradeNews } from './grade-news.ts';
import { tellSession } from './tell-session.ts';

interface Told {
  readonly pid: number;
  readonly news: readonly GradeNews[];
}

let lab: FakeLab;
beforeEach(async () => {
  lab = await createFakeLab();
});

const news = (phase: string): GradeNews => ({
  event: 'grade',
  graded: '20260101-000001-0000',
  state: 'measuring',
  phase,
  experiment: null,
});

const words = (bodies: readonly Told[]): string[] =>
  bodies
    .flatMap((body) => body.news)
    .map((one) => (one.event === 'check' ? `${one.id} ${one.status}` : one.state))
    .filter((word) => word !== 'measuring');

test('a session that runs beside a grade is told of it, from its begin to its verdict', async () => {
  const bodies: Told[] = [];
  await startFakeSession(lab, { grade: (body) => bodies.push(body as Told) });
  expect((await runFake(lab, 'grade --seed 3')).exit).toBe(1);
  expect(words(bodies)).toEqual([
    'begun',
    'stale-tea/hot pending',
    'stale-tea/drunk pending',
    'stale-tea/hot failed',
    'stale-tea/drunk failed',
    'judged',
  ]);
  expect(bodies.every(({ pid }) => pid === process.pid)).toBe(true);
});

test('a grade that breaks says that it was cut', async () => {
  const bodies: Told[] = [];
  lab = await createFakeLab({
    grade: () => {
      throw new TypeError('x is not a function');
    },
  });
  await startFakeSession(lab, { grade: (body) => bodies.push(body as Told) });
  expect((await runFake(lab, 'grade --seed 3')).exit).toBe(70);
  expect(words(bodies).at(-1)).toBe('cut');
});

test('the verdict is the same where no session runs, and where it stops in the middle', async () => {
  const { out } = await runFake(lab, 'grade --seed 3 --json');
  lab = await createFakeLab({
    grade: async (options) => {
      await session[Symbol.asyncDispose]();
      return gradeRun(options);
    },
  });
  const bodies: Told[] = [];
  const session = await startFakeSession(lab, { grade: (body) => bodies.push(body as Told) });
  const stopped = await runFake(lab, 'grade --seed 3 --json');
  expect(stopped.exit).toBe(1);
  expect(stopped.out).toBe(out);
  expect(words(bodies)).not.toContain('judged');
});

test('after one telling that was not heard there are no more', async () => {
  await startFakeSession(lab, {});
  let sent = 0;
  const send = async (): Promise<boolean> => {
    sent += 1;
    return false;
  };
  const teller = tellSession(lab.labDir, { send });
  for (const phase of ['prepare', 'load', 'baseline']) teller.tell(news(phase));
  await teller[Symbol.asyncDispose]();
  teller.tell(news('collect'));
  expect(sent).toBe(1);
});

test('news that come together go together, in order, in bodies that the session takes', async () => {
  await startFakeSession(lab, {});
  expect(readSession(lab.labDir).kind).toBe('running');
  const bodies: (readonly GradeNews[])[] = [];
  const send = async (_record: unknown, told: readonly GradeNews[]): Promise<boolean> => bodies.push(told) > 0;
  const teller = tellSession(lab.labDir, { send, restMs: 10_000 });
  const phases = Array.from({ length: 60 }, (_, index) => `phase-${index}-${'x'.repeat(100)}`);
  for (const phase of phases) teller.tell(news(phase));
  await teller[Symbol.asyncDispose]();
  expect(bodies.flat().map((one) => one.event === 'grade' && one.state === 'measuring' && one.phase)).toEqual(phases);
  expect(bodies.length).toBeLessThan(10);
  expect(Math.max(...bodies.map((body) => JSON.stringify({ pid: 9_999_999, news: body }).length))).toBeLessThan(4_096);
});
