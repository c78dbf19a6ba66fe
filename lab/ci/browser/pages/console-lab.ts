import { join } from 'node:path';
import { testedSite } from './built-pages.ts';
import { fakeAnswers, gradedRun } from './fake-answers.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';

const builtFolder = join(import.meta.dirname, '..', '..', '..', '..', 'site', 'dist');

/** The console as it is built, against a lab that answers what a test wants answered; `more` goes before the usual. */
export async function startConsole(more: Readonly<Record<string, unknown>> = {}): Promise<FakeLab> {
  // Builds the pages, where no test has asked for them yet.
  await testedSite();
  return await startFakeLab(builtFolder, { ...fakeAnswers, ...more });
}

/** The address of a page of the console, with the way in. */
export function signedIn(lab: FakeLab, path: string): string {
  return `${lab.url}${path}#token=${lab.token}`;
}

/** So many seconds of the running session. */
export function ticks(lab: FakeLab, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const s = {
      requestsPerSecond: 150,
      failedPerSecond: index % 5,
      p50Ms: 5,
      p99Ms: 40 + index,
      poolInUse: 4,
      poolWaiting: 0,
    };
    lab.tell('tick', { s });
  }
}

/** A grade of two checks, with its verdict. */
export function tellGrade(lab: FakeLab): void {
  const graded = gradedRun;
  const check = { graded, points: 0, maxPoints: 50, experiments: 3, reached: 2, observed: null, expected: null };
  lab.tell('grade', { graded, state: 'begun', scenario: 'stale-tea', subject: 'workspace', seed: 7 });
  lab.tell('check', {
    ...check,
    id: 'stale-tea/a',
    title: 'A price that was replaced is not shown',
    status: 'pending',
  });
  const seen = { observed: '4.2 s old', expected: 'at most 1 s old' };
  lab.tell('check', { ...check, ...seen, id: 'stale-tea/b', title: 'The shop answers its load', status: 'failed' });
  lab.tell('grade', { graded, state: 'judged', verdict: 'failed', score: 40, maxScore: 100, problem: null });
}
