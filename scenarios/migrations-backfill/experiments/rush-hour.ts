import type { Experiment, ExperimentHandle, ExperimentRecord, MigrationSite } from '@lab/sdk';
import { tenantSlug } from '../../shared/tenants.ts';
import { countFilled } from './book-values.ts';
import { type BackfillRuns, openRollout } from './rollout.ts';
import { stageCopy } from './stage.ts';
import { openProgress, type Progress } from './work-counts.ts';

/** One shop: who looks up between two shops alone has none to look up between. */
const rows = 40_000;
/** What a rush looks like to whoever asks the server. */
export const rushSessions = { transactions: 24, waiting: 6 };
/** The backfill has so long to notice that there is a rush. */
export const noticedWithinMs = 5_000;
/** And so long to notice that it is over. */
export const resumeWithinMs = 10_000;
/** Then it is looked at for so long. */
export const windowMs = 2_500;
const restWithinMs = 20_000;
const pollMs = 60;

/** Rows by which its pace at rest is known, as shares of all. */
const restShares = [0.02, 0.15] as const;

/**
 * The first rush is there before the backfill begins, the second one comes when it is at work: who looks once, at the
 * beginning, is found by the second; who does all of its work in no time, by the first.
 */
export const rushHour: Experiment = {
  id: 'rush-hour',
  title: 'The shop is busy when the backfill begins, then quiet, then busy again',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 1,
  timeoutMs: 100_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    await stageCopy(site, { shelves: [{ slug: tenantSlug(8), books: rows }], slow: true });
    const rollout = openRollout(h, site, rushHour.id);
    await rollout.migrate();
    const due = Number((await site.query('SELECT count(lab.isbn10(isbn))::integer AS due FROM books'))[0]?.['due']);
    if ((await countFilled(site)) >= due) return { reached: true, facts: { nothingToDo: true } };
    const progress = await openProgress(site, { rows, countFilled: () => countFilled(site) });
    const facts = await pacesOf({ h, site, progress, begin: rollout.begin });
    return { reached: true, facts: { nothingToDo: false, rows, noticedWithinMs, resumeWithinMs, ...facts } };
  },
};

interface RushParts {
  readonly h: ExperimentHandle;
  readonly site: MigrationSite;
  readonly progress: Progress;
  begin(): Promise<BackfillRuns>;
}

async function pacesOf({ h, site, progress, begin }: RushParts): Promise<ExperimentRecord['facts']> {
  const first = await site.rush(rushSessions);
  const runs = await begin();
  const parts = { h, runs, progress };
  const inFirst = await paceInRush(parts, 0);
  await first.release();
  const restPerSecond = await paceAtRest(parts, inFirst.doneRows);
  const atWork = { unnoticedPerSecond: inFirst.unnoticedPerSecond, firstPerSecond: inFirst.perSecond, restPerSecond };
  if (restPerSecond === null) {
    const isOver = await runs.isOver(1);
    await runs.kill();
    return { ...atWork, secondPerSecond: null, resumed: isOver };
  }
  const second = await site.rush(rushSessions);
  const inSecond = await paceInRush(parts, await progress.rowsDone());
  await second.release();
  const resumed = await goesOn(parts, inSecond.doneRows);
  await runs.kill();
  return { ...atWork, secondPerSecond: inSecond.perSecond, resumed };
}

interface Pace {
  readonly doneRows: number;
  /** Before it has to have noticed. */
  readonly unnoticedPerSecond: number;
  /** After that; null where it had ended by then, with less than all of its work in this rush. */
  readonly perSecond: number | null;
}

type PaceParts = { readonly h: ExperimentHandle; readonly runs: BackfillRuns; readonly progress: Progress };

async function paceInRush({ h, runs, progress }: PaceParts, before: number): Promise<Pace> {
  const fromMs = h.clock.nowMs();
  const isOver = await runs.isOver(noticedWithinMs);
  const noticedMs = h.clock.nowMs();
  const unnoticed = await progress.rowsDone();
  const unnoticedPerSecond = perSecond(unnoticed - before, noticedMs - fromMs);
  if (isOver) {
    // All of it in one rush: there is no time after it had to notice.
    const isAll = before === 0 && unnoticed > rows / 2;
    return { doneRows: unnoticed, unnoticedPerSecond, perSecond: isAll ? unnoticedPerSecond : null };
  }
  await runs.isOver(windowMs);
  const doneRows = await progress.rowsDone();
  return { doneRows, unnoticedPerSecond, perSecond: perSecond(doneRows - unnoticed, h.clock.nowMs() - noticedMs) };
}

/** From what it has done when the time is over, where it is slow; null where it has not gone on at all. */
async function paceAtRest({ h, runs, progress }: PaceParts, before: number): Promise<number | null> {
  const [from, to] = restShares.map((share) => before + share * rows);
  const untilMs = h.clock.nowMs() + restWithinMs;
  let begun: { readonly atMs: number; readonly done: number } | null = null;
  let pace: number | null = null;
  while (h.clock.nowMs() < untilMs) {
    const done = await progress.rowsDone();
    const atMs = h.clock.nowMs();
    if (begun === null && done >= (from ?? 0)) begun = { atMs, done };
    if (begun !== null && done > begun.done) pace = perSecond(done - begun.done, atMs - begun.atMs);
    if (done >= (to ?? 0) || (await runs.isOver(pollMs))) return pace;
  }
  return pace;
}

async function goesOn({ h, runs, progress }: PaceParts, before: number): Promise<boolean> {
  const untilMs = h.clock.nowMs() + resumeWithinMs;
  while (h.clock.nowMs() < untilMs) {
    if ((await progress.rowsDone()) > before + rows * 0.01) return true;
    if (await runs.isOver(pollMs)) return true;
  }
  return false;
}

function perSecond(done: number, ms: number): number {
  return Math.round((Math.max(0, done) / Math.max(1, ms)) * 1_000);
}
