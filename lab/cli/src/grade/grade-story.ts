import type { Report, Scenario, TimelineEvent } from '@lab/sdk';
import { type GradeNews, textMax } from './grade-news.ts';

export interface GradeStory {
  /** The grade begins: every check is pending. */
  begun(): void;
  onEvent(event: TimelineEvent): void;
  judged(report: Report): void;
  /** It ended before it was judged. */
  cut(): void;
}

export interface GradeStoryOptions {
  readonly scenario: Pick<Scenario, 'id' | 'checks'>;
  /** The graded run. */
  readonly run: string;
  readonly subject: string;
  readonly seed: number;
  tell(news: GradeNews): void;
}

/** Turns what a grade does into news: where it is, which experiments each check has, what became of it. */
export function createGradeStory({ scenario, run, subject, seed, tell }: GradeStoryOptions): GradeStory {
  const graded = run;
  const reached = new Set<string>();
  let phase = 'prepare';
  const pending = ({ id, title, points, experiments }: Scenario['checks'][number]): GradeNews => ({
    event: 'check',
    graded,
    id,
    title: cut(title),
    status: 'pending',
    points: 0,
    maxPoints: points,
    experiments: experiments.length,
    reached: experiments.filter((name) => reached.has(name)).length,
    observed: null,
    expected: null,
    atMs: null,
  });
  const measuring = (experiment: string | null): void =>
    tell({ event: 'grade', graded, state: 'measuring', phase, experiment });
  return {
    begun() {
      tell({ event: 'grade', graded, state: 'begun', scenario: scenario.id, subject, seed });
      for (const check of scenario.checks) tell(pending(check));
    },
    onEvent({ event, name, state, detail }) {
      if (event === 'phase' && state === 'begin') {
        phase = name;
        measuring(null);
      }
      if (event !== 'hold') return;
      if (state === 'begin') return measuring(name);
      if (detail?.['reached'] !== true || reached.has(name)) return;
      reached.add(name);
      for (const check of scenario.checks) if (check.experiments.includes(name)) tell(pending(check));
    },
    judged(report) {
      for (const check of report.checks) {
        const declared = scenario.checks.find(({ id }) => id === check.id);
        if (declared !== undefined) tell({ ...pending(declared), ...resultOf(check) });
      }
      const { verdict, score, maxScore, rejection, lab } = report;
      const problem = rejection?.message ?? lab.problem;
      tell({ event: 'grade', graded, state: 'judged', verdict, score, maxScore, problem: problem && cut(problem) });
    },
    cut: () => tell({ event: 'grade', graded, state: 'cut' }),
  };
}

/** Of what a check found, the first that made it what it is. */
function resultOf({ status, points, maxPoints, findings }: Report['checks'][number]) {
  const found = findings.find(({ severity }) => severity !== 'note');
  return {
    status,
    points,
    maxPoints,
    observed: found === undefined ? null : cut(found.measured.text),
    expected: found === undefined ? null : cut(found.expected.text),
    atMs: found?.at ?? null,
  };
}

function cut(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text;
}
