import type { Check, Finding } from '@lab/sdk';
import { moment, seconds } from './evidence-views.ts';
import { endOf, numberFact, type RunRow, reachedRecord, runsOf } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface FinishesOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** A long report is in the way, and then is not. */
  readonly experiment: string;
  /** After the report was closed. */
  readonly withinMs: number;
}

/** Giving way is no excuse: by itself, or asked again, the migration is done soon after nothing hinders it any more. */
export function migrationFinishes({ experiment, withinMs, ...facts }: FinishesOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      const freeMs = record === undefined ? null : numberFact(record, 'heldToMs');
      const runs = runsOf(evidence, experiment);
      if (record === undefined || freeMs === null || runs.length === 0) {
        return [notMeasured('No run of the migrations was seen', experiment)];
      }
      return [
        ...saidDone(runs, experiment),
        ...notDone({ experiment, runs, freeMs, doneMs: numberFact(record, 'doneMs'), withinMs }),
      ];
    },
  };
}

/** Whoever deploys goes on to the next step when the migrations say that they are done. */
function saidDone(runs: readonly RunRow[], experiment: string): readonly Finding[] {
  const early = runs.find(({ exitCode, missing }) => exitCode === 0 && missing !== null && missing > 0);
  if (early === undefined) return [];
  return [
    {
      code: 'SAID_DONE_TOO_EARLY',
      severity: 'failure',
      message: `The run that began at ${moment(early.startMs)} ended with exit 0, and ${early.missing} of the demands on the schema were not met. The deploy goes on after that, with code that needs them. Last words: “${early.lastWords}”.`,
      measured: { text: `${early.missing} demands not met after exit 0`, value: early.missing ?? 0, unit: 'demands' },
      expected: { text: 'exit 0 means that everything is there', value: 0, unit: 'demands' },
      atMs: early.endMs,
      refs: { experiment },
    },
  ];
}

interface Ending {
  readonly experiment: string;
  readonly runs: readonly RunRow[];
  readonly freeMs: number;
  readonly doneMs: number | null;
  readonly withinMs: number;
}

function notDone({ experiment, runs, freeMs, doneMs, withinMs }: Ending): readonly Finding[] {
  if (doneMs !== null && doneMs - freeMs <= withinMs) return [];
  const last = runs.at(-1);
  const tries = runs.length === 1 ? 'It was run once' : `It was run ${runs.length} times`;
  return [
    {
      code: 'NOT_FINISHED',
      severity: 'failure',
      message: `The report was closed at ${moment(freeMs)}; ${doneMs === null ? 'the migrations were not done when the lab stopped waiting' : `the migrations were done ${seconds(doneMs - freeMs)} later`}. ${tries}; the last run: ${last === undefined ? 'none' : endOf(last)}. The shop was as busy as it always is.`,
      measured:
        doneMs === null
          ? { text: 'not done' }
          : { text: `done after ${seconds(doneMs - freeMs)}`, value: Math.round(doneMs - freeMs), unit: 'ms' },
      expected: { text: `done within ${seconds(withinMs)}`, value: withinMs, unit: 'ms' },
      atMs: freeMs,
      refs: { experiment },
    },
  ];
}
