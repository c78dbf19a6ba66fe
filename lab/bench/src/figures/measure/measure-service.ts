import { beginLoad, type LoadTick } from '@lab/runner';
import type { Scenario } from '@lab/sdk';
import { pssKib } from '../../machine/proc.ts';
import { figure } from '../../report/figure.ts';
import { atMost, below, within } from '../../report/goal.ts';
import { attempt, type Bench } from '../bench.ts';
import { withReference } from '../stage/with-reference.ts';
import { type ServiceFigures, summariseLoad } from './summarise-load.ts';

const ratePerSecond = 200;
const durationMs = 60_000;
/** Caches are warm and code is compiled well before. */
const settleMs = 5_000;
/** k6 hands its points over in batches. */
const flushMs = 500;
const seed = 1;
const p99MsBelow = 200;
const statementsMax = 10;
const deliveredWithin = 0.5;

/** The reference under 200 requests a second: answers, statements, and whether the load came as planned. */
export async function measureService(bench: Bench): Promise<void> {
  const scenario = bench.scenarios.find(({ stack }) => stack.replicas.api === 3) ?? bench.scenarios[0];
  if (scenario === undefined) return;
  const how = `load of ${scenario.id} on the reference, ${ratePerSecond} requests a second for ${durationMs / 1_000} s`;
  const of = `${ratePerSecond} requests a second`;
  await attempt(bench, { rows: ['service-200', 'load-delivered'], of, how }, async () => {
    const loaded = { ...scenario, workload: { ...scenario.workload, ratePerSecond } };
    const { figures, memory } = await run(bench, loaded);
    const about = { how, statistic: 'single' } as const;
    const row = { ...about, row: 'service-200' } as const;
    const mix = `${scenario.stack.replicas.api} API replicas; the mix of ${scenario.id}, a dedicated one is to come.`;
    bench.rows.add(figure({ ...row, of: 'p50', unit: 'ms', samples: [figures.p50Ms] }));
    bench.rows.add(figure({ ...row, of: 'p95', unit: 'ms', samples: [figures.p95Ms] }));
    const p99 = { samples: [figures.p99Ms], goal: below(p99MsBelow), note: `${mix} ${memory}`.trim() };
    bench.rows.add(figure({ ...row, of: 'p99', unit: 'ms', ...p99 }));
    bench.rows.add(figure({ ...row, of: 'errors', unit: 'requests', samples: [figures.failed], goal: atMost(0) }));
    const { statementsPerRequest } = figures;
    if (statementsPerRequest !== null) {
      const statements = { samples: [statementsPerRequest], goal: atMost(statementsMax) };
      bench.rows.add(figure({ ...row, of: 'statements', unit: 'statements per request', ...statements }));
    }
    const delivered = { samples: [figures.deviationPercent], goal: within(deliveredWithin) };
    const note = `${figures.requests} requests of ${figures.planned} planned, ${figures.dropped} dropped by k6.`;
    bench.rows.add(figure({ ...about, row: 'load-delivered', of, unit: '%', ...delivered, note }));
  });
}

async function run(bench: Bench, scenario: Scenario): Promise<{ figures: ServiceFigures; memory: string }> {
  return await withReference(bench, scenario, async ({ testbed, codeDir, clock }) => {
    await testbed.bootReplicas(codeDir);
    const ticks: LoadTick[] = [];
    const { root: repoRoot } = bench.folder;
    const load = await beginLoad({
      testbed,
      scenario,
      repoRoot,
      clock,
      signal: bench.signal,
      seed,
      onTick: (tick) => ticks.push(tick),
    });
    try {
      await clock.sleep(settleMs);
      const fromMs = clock.nowMs();
      await clock.sleep(durationMs);
      const toMs = clock.nowMs();
      const memory = describeReplicas(testbed.replicas.map(({ pid }) => pssKib(pid) / 1_024));
      await clock.sleep(flushMs);
      const { points, droppedAtMs } = load;
      return { figures: summariseLoad({ points, droppedAtMs, ticks, fromMs, toMs, ratePerSecond }), memory };
    } finally {
      await load.stop();
    }
  });
}

function describeReplicas(mib: readonly number[]): string {
  if (mib.every((one) => one === 0)) return '';
  return `Memory (PSS) of the replicas at its end: ${mib.map((one) => one.toFixed(0)).join(', ')} MiB.`;
}
