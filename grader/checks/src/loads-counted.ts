import type { Check, Evidence, Finding } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface LoadsCountedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Loads that a page may take to be made, however many ask. */
  readonly loadsMax: number;
  /** What was asked for, and how, for the finding: a sentence per experiment. One without a sentence is not judged. */
  readonly circumstances: Readonly<Record<string, string>>;
}

/**
 * A crowd that asks for one page costs the database a few times what one reader costs: facts `readers`, `statements`
 * and `loneStatements` of each experiment, and `times` where the page ended meanwhile and was to be made more than once.
 * What one reader costs is measured beside it, so that a page may take any
 * number of statements.
 */
export function loadsCounted(options: LoadsCountedOptions): Check {
  const { loadsMax, circumstances, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment) && circumstances[experiment] !== undefined)
        .flatMap((experiment) =>
          judgeCrowd(evidence, { experiment, loadsMax, circumstance: circumstances[experiment] }),
        ),
  };
}

interface Crowd {
  readonly experiment: string;
  readonly loadsMax: number;
  readonly circumstance: string | undefined;
}

function judgeCrowd(evidence: Evidence, { experiment, loadsMax, circumstance }: Crowd): readonly Finding[] {
  const record = recordsOf(evidence, experiment).findLast(({ reached }) => reached);
  const { readers, statements, loneStatements, times = 1 } = record?.facts ?? {};
  if (typeof readers !== 'number' || typeof statements !== 'number' || typeof loneStatements !== 'number') {
    const note = recordsOf(evidence, experiment).at(-1)?.note ?? 'it was not run';
    return [notMeasured(`No crowd was brought to ask the database for one page (${note})`, experiment)];
  }
  const madeTimes = Number(times);
  const allowed = loadsMax * loneStatements * madeTimes;
  if (statements <= allowed) return [];
  return [
    {
      code: 'TOO_MANY_LOADS',
      severity: 'failure',
      message: `${circumstance} One reader alone costs the database ${counted(loneStatements)}; these ${readers} cost it ${counted(statements)}. ${madeTimes === 1 ? 'It was to be made' : `In this time it was to be made ${madeTimes} times at the most, each time`} by ${loadsMax} loads at the most, one by each replica, however many ask and however long it takes.`,
      measured: { text: counted(statements), value: statements, unit: 'statements' },
      expected: { text: `at most ${allowed}`, value: allowed, unit: 'statements' },
      atMs: record?.startMs ?? null,
      refs: { experiment },
    },
  ];
}

function counted(statements: number): string {
  return statements === 1 ? '1 statement' : `${statements} statements`;
}
