import type { Check, Finding } from '@lab/sdk';
import { moment } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { type Renewal, type Renewals, renewalsIn } from './renewals.ts';

interface RenewedInTimeOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The one in which pages were made together, and changed behind the service's back. */
  readonly experiment: string;
  /** Oldest that a page may be, and that the news may be that there is none. */
  readonly ageMsMax: number;
  /** Until then pages come from the cache. */
  readonly restMs: number;
  /** But for this share of them. */
  readonly earlyShareMax: number;
}

/** Copies end, and not before they were of use. */
export function renewedInTime(options: RenewedInTimeOptions): Check {
  const { experiment, ageMsMax, restMs, earlyShareMax, ...facts } = options;
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const found = renewalsIn(evidence, experiment);
      if (found === null || found.pages.length === 0) {
        return [notMeasured('No pages were changed behind the service', experiment)];
      }
      return [
        ...tooOld(found, { experiment, ageMsMax }),
        ...tooEarly(found, { experiment, restMs, shareMax: earlyShareMax }),
      ];
    },
  };
}

function tooOld(
  { pages, nothing }: Renewals,
  { experiment, ageMsMax }: { readonly experiment: string; readonly ageMsMax: number },
): readonly Finding[] {
  const isOld = ({ lastOld, madeMs }: Renewal): boolean => lastOld.startMs > madeMs + ageMsMax;
  const [oldPages, oldNothing] = [pages.filter(isOld), nothing.filter(isOld)];
  const first = oldPages[0] ?? oldNothing[0];
  if (first === undefined) return [];
  const what = oldPages.length > 0 ? `${oldPages.length} of ${pages.length} pages` : `${oldNothing.length} books`;
  const shown = oldPages.length > 0 ? 'still showed what was there before' : 'were still said not to be there';
  return [
    {
      code: oldPages.length > 0 ? 'COPY_TOO_OLD' : 'NOTHING_KEPT_TOO_LONG',
      severity: 'failure',
      message: `An import changed the rows and told nobody. ${ageMsMax} ms after they had been made, ${what} ${shown}; for the first of them that was at ${moment(first.madeMs + ageMsMax)}. What nobody announces has to show by itself.`,
      measured: {
        text: `${what} older than ${ageMsMax} ms`,
        value: oldPages.length + oldNothing.length,
        unit: 'pages',
      },
      expected: { text: `none older than ${ageMsMax} ms`, value: 0, unit: 'pages' },
      atMs: first.madeMs + ageMsMax,
      refs: { experiment, operations: [first.lastOld.id] },
    },
  ];
}

function tooEarly(
  { pages }: Renewals,
  limits: { readonly experiment: string; readonly restMs: number; readonly shareMax: number },
): readonly Finding[] {
  const { experiment, restMs, shareMax } = limits;
  const early = pages.filter(({ seen, madeMs }) => seen !== undefined && seen.endMs < madeMs + restMs);
  const allowed = Math.floor(pages.length * shareMax);
  const [first] = early;
  if (first?.seen === undefined || early.length <= allowed) return [];
  return [
    {
      code: 'MADE_AGAIN_EARLY',
      severity: 'failure',
      message: `Of ${pages.length} pages ${early.length} had been made again ${restMs} ms after they had been made, although nobody had said that they had changed. They are to be answered from the cache until then: the database has no room for more.`,
      measured: { text: `${early.length} of ${pages.length} made again`, value: early.length, unit: 'pages' },
      expected: { text: `at most ${allowed}`, value: allowed, unit: 'pages' },
      atMs: first.seen.endMs,
      refs: { experiment, operations: early.slice(0, 5).flatMap(({ seen }) => (seen === undefined ? [] : [seen.id])) },
    },
  ];
}
