import { join } from 'node:path';
import { LabError } from '@lab/sdk';
import { figure } from '../../report/figure.ts';
import { atMost } from '../../report/goal.ts';
import { attempt, type Bench } from '../bench.ts';
import { lastWords, runProgram } from '../stage/run-program.ts';

const limitS = 60;
const limitMs = 300_000;

/** How long the fast checks take. A failed run is none: it leaves things out. */
export async function measureCheck(bench: Bench): Promise<void> {
  const how = 'node lab/bootstrap.mjs check, which is npm run check';
  await attempt(bench, { rows: ['check'], of: '', how }, async () => {
    const { repoRoot, env, signal } = bench;
    const script = join(repoRoot, 'lab', 'bootstrap.mjs');
    const result = await runProgram(process.execPath, [script, 'check'], { cwd: repoRoot, env, signal, limitMs });
    if (result.exitCode !== 0) {
      throw new LabError('E_BENCH_CHECK', {
        message: `npm run check ended with ${result.exitCode ?? 'a signal'}, so its time says nothing: ${lastWords(result)}`,
      });
    }
    const samples = [result.tookMs / 1_000];
    bench.rows.add(
      figure({ row: 'check', of: '', how, unit: 's', statistic: 'single', samples, goal: atMost(limitS) }),
    );
  });
}
