import type { Check, ExperimentRecord, Finding } from '@lab/sdk';
import { grouped } from './backfill-evidence.ts';
import { seconds } from './evidence-views.ts';
import { numberFact, reachedRecord } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface GivesWayOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** Two rushes: one that is there when the backfill begins, one that comes when it is at work. */
  readonly experiment: string;
  /** Of the rows that it does at rest, it does at most this share in the same time of a rush. */
  readonly shareMax: number;
  /** How the signal is told to a learner, as `24 transactions were under way`. */
  readonly circumstance: string;
}

const rushes = [
  { name: 'first', what: 'the rush that was there when it began' },
  { name: 'second', what: 'the rush that came when it was at work' },
] as const;

/** When the shop is busy the backfill does next to nothing, and when it is not, it goes on. */
export function givesWay(options: GivesWayOptions): Check {
  const { experiment, shareMax, circumstance, ...facts } = options;
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      if (record === undefined) return [notMeasured('The backfill did not meet a rush', experiment)];
      // Every row has its value before the backfill is run at all: there is nothing that could be in the way.
      if (record.facts['nothingToDo'] === true) return [];
      const atRest = restRate(record);
      if (atRest === null) return [neverResumed(record, experiment)];
      return [
        ...rushes.flatMap((rush) => tooMuch(record, { ...rush, ...options, atRest })),
        ...(record.facts['resumed'] === false ? [neverResumed(record, experiment)] : []),
      ];
    },
  };
}

/** Rows a second when nothing was in the way; the time before it has to have noticed counts as such. */
function restRate(record: ExperimentRecord): number | null {
  const rates = [numberFact(record, 'restPerSecond'), numberFact(record, 'unnoticedPerSecond')];
  const best = Math.max(0, ...rates.map((rate) => rate ?? 0));
  return best > 0 ? best : null;
}

interface Rush extends GivesWayOptions {
  readonly name: string;
  readonly what: string;
  readonly atRest: number;
}

function tooMuch(record: ExperimentRecord, rush: Rush): readonly Finding[] {
  const { name, what, atRest, experiment, shareMax, circumstance } = rush;
  const perSecond = numberFact(record, `${name}PerSecond`);
  // It ended before that rush, or in it: what it had done by then is in the rate of the other one.
  if (perSecond === null || perSecond <= atRest * shareMax) return [];
  const noticedMs = numberFact(record, 'noticedWithinMs') ?? 0;
  return [
    {
      code: 'DID_NOT_GIVE_WAY',
      severity: 'failure',
      message: `In ${what}, ${circumstance}. ${seconds(noticedMs)} after that had begun, the backfill still did ${grouped(perSecond)} rows a second; with nothing in the way it does ${grouped(atRest)}.`,
      measured: {
        text: `${Math.round((perSecond / atRest) * 100)} % of its pace`,
        value: perSecond / atRest,
        unit: 'share',
      },
      expected: { text: `at most ${Math.round(shareMax * 100)} %`, value: shareMax, unit: 'share' },
      atMs: null,
      refs: { experiment },
    },
  ];
}

function neverResumed(record: ExperimentRecord, experiment: string): Finding {
  const waitedMs = numberFact(record, 'resumeWithinMs') ?? 0;
  return {
    code: 'NEVER_WENT_ON',
    severity: 'failure',
    message: `The rush was over, and ${seconds(waitedMs)} later the backfill had not gone on. Nobody told it to stop; the shop was quiet, and rows were left.`,
    measured: { text: `nothing done for ${seconds(waitedMs)}` },
    expected: { text: 'it goes on by itself, or when it is run again' },
    atMs: null,
    refs: { experiment },
  };
}
