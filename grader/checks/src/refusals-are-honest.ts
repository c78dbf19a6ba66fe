import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { answerOf, moment, operationList, operationsOf, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { isAccepted, isRefused } from './quota.ts';

interface RefusalsAreHonestOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Views of the requests that ask for more than their plan. */
  readonly views: readonly string[];
  /** View of the requests that were sent when the time of a refusal's Retry-After was over. */
  readonly afterWait: string;
  /** No client is told to wait longer. */
  readonly waitSecondsMax: number;
  /** Share of the requests that may have another answer than a page or a 429, as a connection that was cut. */
  readonly otherShareMax: number;
}

/**
 * A refusal is a 429 that says when to come back, and means it. From the facts `refused`, `withoutRetryAfter`,
 * `badRetryAfter` and `longestRetryAfter` of each experiment, and from what was sent after such a wait.
 */
export function refusalsAreHonest(options: RefusalsAreHonestOptions): Check {
  const { views, afterWait, waitSecondsMax, otherShareMax, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const all = operationsOf(evidence, [experiment]);
          const flood = all.filter(({ view }) => views.includes(view));
          if (flood.length === 0) return [notMeasured('Nobody asked for more than its plan', experiment)];
          return [
            ...headerFindings(evidence, experiment, waitSecondsMax),
            ...refusedAgain(all, { experiment, afterWait }),
            ...otherAnswers(flood, { experiment, shareMax: otherShareMax }),
          ];
        }),
  };
}

function headerFindings(evidence: Evidence, experiment: string, secondsMax: number): readonly Finding[] {
  const record = recordsOf(evidence, experiment).at(-1);
  const number = (name: string): number => Number(record?.facts[name] ?? 0);
  const findings: Finding[] = [];
  const without = number('withoutRetryAfter');
  const base = { severity: 'failure', atMs: record?.endMs ?? null, refs: { experiment } } as const;
  if (without > 0) {
    findings.push({
      ...base,
      code: 'RETRY_AFTER_MISSING',
      message: `${without} of ${number('refused')} refusals had no Retry-After of a whole number of seconds, at least 1 (as ${String(record?.facts['badRetryAfter'])}). A client that is not told when to come back comes back at once.`,
      measured: { text: `${without} without`, value: without, unit: 'refusals' },
      expected: { text: 'every 429 says when to come back', value: 0, unit: 'refusals' },
    });
  }
  const longest = number('longestRetryAfter');
  if (longest > secondsMax) {
    findings.push({
      ...base,
      code: 'RETRY_AFTER_TOO_LONG',
      message: `A client was told to wait ${longest} s. Within ${secondsMax} s each plan has room again, also for whoever has used up all of it.`,
      measured: { text: `${longest} s`, value: longest, unit: 's' },
      expected: { text: `at most ${secondsMax} s`, value: secondsMax, unit: 's' },
    });
  }
  return findings;
}

function refusedAgain(
  all: readonly Operation[],
  { experiment, afterWait }: { readonly experiment: string; readonly afterWait: string },
): readonly Finding[] {
  const again = all.filter((one) => one.view === afterWait && isRefused(one));
  const [first] = again;
  if (first === undefined) return [];
  const ids = again.map(({ id }) => id);
  return [
    {
      code: 'REFUSED_AFTER_WAIT',
      severity: 'failure',
      message: `${first.key} waited as long as Retry-After had said, sent one request at ${moment(first.startMs)} and was refused again. Nobody else had asked for it meanwhile. See ${operationList(ids)}.`,
      measured: { text: `${again.length} refused again`, value: again.length, unit: 'requests' },
      expected: { text: 'who waits is served', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function otherAnswers(
  flood: readonly Operation[],
  { experiment, shareMax }: { readonly experiment: string; readonly shareMax: number },
): readonly Finding[] {
  const others = flood.filter((one) => !isAccepted(one) && !isRefused(one));
  const [first] = others;
  if (first === undefined || others.length <= flood.length * shareMax) return [];
  const ids = others.map(({ id }) => id);
  return [
    {
      code: 'NEITHER_SERVED_NOR_REFUSED',
      severity: 'failure',
      message: `${others.length} of ${flood.length} requests beyond a plan had neither an answer nor a 429, the first at ${moment(first.startMs)} through ${first.replica} (${answerOf(first)}). Whoever is over its plan is told so at once. See ${operationList(ids)}.`,
      measured: { text: `${others.length} of ${flood.length}`, value: others.length, unit: 'requests' },
      expected: { text: 'a page or a 429', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}
