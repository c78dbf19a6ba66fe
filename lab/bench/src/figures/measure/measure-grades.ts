import { type Report, reportSchema } from '@lab/sdk';
import { figure } from '../../report/figure.ts';
import { atMost } from '../../report/goal.ts';
import { median, percentile, sum } from '../../report/statistics.ts';
import { attempt, type Bench } from '../bench.ts';
import { documentOf, runLab } from '../stage/lab-command.ts';
import { warmUp } from '../stage/warm-up.ts';

const repeats = 5;
const limitMs = 180_000;
/** Where barriers decide; elsewhere a window or a distribution has to be seen. */
const barriersDecide: ReadonlySet<string> = new Set(['cache-stale-price']);
const goalS = { barriers: 12, window: 30 };
/** Passed, failed, inconclusive: of each the time is known. */
const verdictExits = [0, 1, 2];

export async function measureGrades(bench: Bench): Promise<void> {
  for (const { id } of bench.scenarios) {
    const how = `npx lab grade ${id} --variant reference --json`;
    await attempt(bench, { rows: ['grade'], of: id, how }, async () => {
      await warmUp(bench, id);
      const samples: number[] = [];
      const reports: Report[] = [];
      while (samples.length < repeats) {
        const args = ['grade', id, '--variant', 'reference', '--json', '--no-input'];
        const result = await runLab(bench.folder, args, { signal: bench.signal, limitMs });
        reports.push(reportSchema.parse(documentOf(how, result, { expected: verdictExits })));
        samples.push(result.tookMs / 1_000);
      }
      const goal = atMost(barriersDecide.has(id) ? goalS.barriers : goalS.window);
      const note = gradesNote(samples, reports);
      bench.rows.add(figure({ row: 'grade', of: id, how, unit: 's', statistic: 'p95', samples, goal, note }));
    });
  }
}

/** As `Median 9.80 s, p95 10.10 s, max 10.10 s. Verdicts: 5 passed. Load: 1,124 of 1,125 requests.` */
export function gradesNote(samples: readonly number[], reports: readonly Pick<Report, 'verdict' | 'lab'>[]): string {
  const [middle, p95, max] = [median(samples), percentile(samples, 95), percentile(samples, 100)];
  const counts = new Map<string, number>();
  for (const { verdict } of reports) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const verdicts = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const loads = reports.map(({ lab }) => lab.load);
  const [planned, delivered] = [sum(loads.map((load) => load.planned)), sum(loads.map((load) => load.delivered))];
  const times = `Median ${middle.toFixed(2)} s, p95 ${p95.toFixed(2)} s, max ${max.toFixed(2)} s`;
  return `${times}. Verdicts: ${verdicts}. Load in their calm windows: ${delivered} of ${planned} requests.`;
}
