import type { Check } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface RefusalsAskNoDatabaseOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Statements that each accepted request may cost; what it asks for is in the cache. */
  readonly perAccepted: number;
  /** Of a hundred refused requests, so many may cost one. */
  readonly refusedPercent: number;
  /** Fewer refusals say nothing. */
  readonly refusedMin: number;
}

/** Refusing costs the database nothing; from the facts `statements`, `accepted` and `refused` of the experiments. */
export function refusalsAskNoDatabase(options: RefusalsAskNoDatabaseOptions): Check {
  const { perAccepted, refusedPercent, refusedMin, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const record = recordsOf(evidence, experiment).at(-1);
          const [statements, accepted, refused] = ['statements', 'accepted', 'refused'].map((name) =>
            Number(record?.facts[name] ?? Number.NaN),
          );
          if (statements === undefined || accepted === undefined || refused === undefined) return [];
          if (!(statements >= 0 && accepted >= 0 && refused >= refusedMin)) {
            return [
              notMeasured(`Fewer than ${refusedMin} requests were refused while statements were counted`, experiment),
            ];
          }
          const most = Math.round(accepted * perAccepted + (refused * refusedPercent) / 100);
          if (statements <= most) return [];
          return [
            {
              code: 'REFUSALS_ASK_DATABASE',
              severity: 'failure' as const,
              message: `While ${refused} requests were refused and ${accepted} accepted, whose pages are in the cache, the database executed ${statements} statements. A refused request is to cost it none: a flood of requests is refused to spare it.`,
              measured: { text: `${statements} statements`, value: statements, unit: 'statements' },
              expected: { text: `at most ${most}`, value: most, unit: 'statements' },
              atMs: record?.endMs ?? null,
              refs: { experiment },
            },
          ];
        }),
  };
}
