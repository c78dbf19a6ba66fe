import type { Report } from '@lab/sdk';
import { z } from 'zod';

const check = z.object({
  id: z.string(),
  status: z.string(),
  /** Of the first finding of each experiment; none where the check passed. */
  findings: z.array(z.object({ code: z.string(), measured: z.string(), expected: z.string(), experiment: z.string() })),
});

const measurement = z.object({
  /** The variant that was graded: broken, reference or a mutant. */
  subject: z.string(),
  verdict: z.string(),
  score: z.number(),
  maxScore: z.number(),
  /** Repeats the run's random choices. */
  command: z.string(),
  run: z.string(),
  checks: z.array(check),
});

/** `lessons/figures/<scenario>.json`: what lessons say was measured, written by `lab/lessons/bin/write-figures.ts`. */
export const figuresSchema = z.object({
  schema: z.literal('lab.figures/1'),
  scenario: z.string(),
  /** Day of the newest run, as YYYY-MM-DD. */
  date: z.iso.date(),
  /** Of the repository, when the runs were made. */
  commit: z.string().regex(/^[0-9a-f]{7,40}$/),
  machine: z.object({ platform: z.string(), cores: z.number(), memoryGiB: z.number(), node: z.string() }),
  versions: z.record(z.string(), z.string()),
  measurements: z.array(measurement),
});

export type Figures = z.infer<typeof figuresSchema>;
export type Measurement = Figures['measurements'][number];

/** The figures of one scenario. Throws RangeError when a run was inconclusive, or when there is none. */
export function figuresOf(reports: readonly Report[], commit: string): Figures {
  const newest = reports.toSorted((a, b) => b.lab.run.localeCompare(a.lab.run))[0];
  if (!newest) throw new RangeError('There is no report to take figures from.');
  return {
    schema: 'lab.figures/1',
    scenario: newest.scenario,
    date: dateOf(newest.lab.run),
    commit,
    machine: newest.lab.machine,
    versions: newest.lab.versions,
    measurements: reports.map(measurementOf),
  };
}

function measurementOf({ scenario, subject, verdict, score, maxScore, seed, checks, lab }: Report): Measurement {
  if (verdict === 'inconclusive' || verdict === 'rejected') {
    throw new RangeError(`The run ${lab.run} of ${scenario} is ${verdict}: it measured nothing. Grade once more.`);
  }
  return {
    subject,
    verdict,
    score,
    maxScore,
    command: `npx lab grade ${scenario} --variant ${subject} --seed ${seed}`,
    run: lab.run,
    checks: checks.map(({ id, status, findings }) => ({ id, status, findings: firstOfEach(findings) })),
  };
}

function firstOfEach(findings: Report['checks'][number]['findings']): Measurement['checks'][number]['findings'] {
  const failures = findings.filter(({ severity }) => severity === 'failure');
  const first = failures.filter(({ code, refs }, index) => {
    return failures.findIndex((one) => one.code === code && one.refs.experiment === refs.experiment) === index;
  });
  return first.map(({ code, measured, expected, refs }) => {
    return { code, measured: measured.text, expected: expected.text, experiment: refs.experiment ?? 'load' };
  });
}

/** Names of runs begin with their time: 20261121-232327-d8aa. */
function dateOf(run: string): string {
  return run.replace(/^(\d{4})(\d{2})(\d{2})-.*$/, '$1-$2-$3');
}
