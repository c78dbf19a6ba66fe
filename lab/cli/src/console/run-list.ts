import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { listGraded, listRuns } from '../find-run.ts';

/** One stored run as the pages list it. */
export interface ListedRun {
  readonly run: string;
  /** One of several grades that share the run, as those of `lab verify` do. */
  readonly grade: string | null;
  readonly kind: 'grade' | 'practice' | 'unfinished';
  readonly scenario: string | null;
  readonly subject: string | null;
  readonly verdict: string | null;
  readonly score: number | null;
  readonly maxScore: number | null;
}

const runsMax = 60;

/** Stored runs, newest first. A report that cannot be read makes its run an unfinished one. */
export async function runList(context: Context): Promise<{ schema: string; runs: readonly ListedRun[] }> {
  const runs = (await listRuns(context.labDir)).slice(0, runsMax);
  const listed = await Promise.all(runs.map((run) => listedRuns(context, run)));
  return { schema: 'lab.console-runs/1', runs: listed.flat() };
}

async function listedRuns(context: Context, run: string): Promise<ListedRun[]> {
  const runDir = join(context.labDir, 'runs', run);
  const own = await graded(context, { run, grade: null, folder: runDir });
  if (own !== null) return [own];
  const grades = await Promise.all(
    (await listGraded(runDir)).map((grade) => graded(context, { run, grade, folder: join(runDir, 'graded', grade) })),
  );
  const found = grades.filter((one) => one !== null);
  if (found.length > 0) return found;
  const none = { scenario: null, subject: null, verdict: null, score: null, maxScore: null };
  return [{ run, grade: null, kind: (await isPractice(runDir)) ? 'practice' : 'unfinished', ...none }];
}

async function graded(
  context: Context,
  place: { run: string; grade: string | null; folder: string },
): Promise<ListedRun | null> {
  const { loadReport } = await context.services.judge();
  const report = await loadReport(place.folder).catch(() => null);
  if (report === null) return null;
  const { scenario, subject, verdict, score, maxScore } = report;
  return { run: place.run, grade: place.grade, kind: 'grade', scenario, subject, verdict, score, maxScore };
}

/** The events of a session carry the version of the stream; those of a grade do not. */
async function isPractice(runDir: string): Promise<boolean> {
  const text = await readFile(join(runDir, 'events.ndjson'), 'utf8').catch(() => '');
  return text.startsWith('{"seq":');
}
