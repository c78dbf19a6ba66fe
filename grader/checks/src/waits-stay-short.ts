import type { Check, Finding } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { moment, seconds } from './evidence-views.ts';
import { reachedRecord, waitsOf } from './migration-evidence.ts';
import { nobodyThrownOut } from './nobody-thrown-out.ts';
import { notMeasured } from './not-measured.ts';

interface WaitsOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** People work while the backfill does. */
  readonly experiment: string;
  /** Nobody waits for a lock of the backfill for longer. */
  readonly waitMsMax: number;
}

/** People work as if there were no backfill: none of their requests fails, and none waits long for a row of its. */
export function waitsStayShort({ experiment, waitMsMax, ...facts }: WaitsOptions): Check {
  const requests = nobodyThrownOut({ ...facts, experiment });
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      if (reachedRecord(evidence, experiment) === undefined) {
        return [notMeasured('Nobody worked while the backfill did', experiment)];
      }
      const limitMs = generousMs(waitMsMax, evidence);
      // The lab's own sessions are nobody's loss.
      const waits = waitsOf(evidence, experiment).filter(
        ({ who, behindMigration }) => behindMigration && who !== 'lab',
      );
      const long = waits.filter(({ startMs, endMs }) => endMs - startMs > limitMs);
      return [...requests.judge(evidence), ...waited(long, { experiment, limitMs })];
    },
  };
}

function waited(
  long: readonly { readonly who: string; readonly startMs: number; readonly endMs: number }[],
  { experiment, limitMs }: { readonly experiment: string; readonly limitMs: number },
): readonly Finding[] {
  const worst = long.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
  if (worst === undefined) return [];
  const ms = worst.endMs - worst.startMs;
  return [
    {
      code: 'WAITED_BEHIND',
      severity: 'failure',
      message: `From ${moment(worst.startMs)} on, ${worst.who} waited for ${seconds(ms)} for something that the backfill had locked, and ${long.length - 1} more waits took longer than ${seconds(limitMs)}. Somebody’s save or order stood behind each of them.`,
      measured: { text: `waited for ${seconds(ms)}`, value: Math.round(ms), unit: 'ms' },
      expected: { text: `at most ${seconds(limitMs)}`, value: Math.round(limitMs), unit: 'ms' },
      atMs: worst.startMs,
      refs: { experiment },
    },
  ];
}
