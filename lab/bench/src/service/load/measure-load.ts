import { atMost, below, within } from '../../report/goal.ts';
import { serviceRow } from '../row.ts';
import { attempt, type ServiceBench } from '../service-bench.ts';
import { growthPercent } from './growth.ts';
import { serviceScenario } from './service-scenario.ts';
import { type LoadSeen, underLoad } from './under-load.ts';
import { withService } from './with-service.ts';

const ratePerSecond = 200;
const windowMs = { usual: 60_000, long: 600_000 };
const seed = 1;
const p99MsBelow = 200;
const statementsMax = 10;
const serviceMiBMax = 110;
const deliveredWithin = 0.5;
/** A heap moves by about so much without growing. */
const growthPercentMax = 5;
const kinds = ['detail', 'list', 'orders', 'order', 'change'] as const;

const section = 'load';

/** The reference under 200 requests a second of mixed load, every dependency of each process behind its own proxy. */
export async function measureLoad(bench: ServiceBench): Promise<void> {
  await attempt(bench, { section, what: `${ratePerSecond} requests a second` }, async () => {
    const scenario = await serviceScenario(ratePerSecond);
    const seen = await withService(bench, { scenario }, async (ground) => {
      await ground.testbed.bootReplicas(ground.codeDir);
      return await underLoad(ground, { ratePerSecond, windowMs: bench.long ? windowMs.long : windowMs.usual, seed });
    });
    addAnswers(bench, seen);
    addMemory(bench, seen);
  });
}

function addAnswers({ add }: ServiceBench, { figures, statementsPerSecond, percentileOf }: LoadSeen): void {
  const { requests, planned, dropped, deviationPercent, failed, statementsPerRequest } = figures;
  const one = (value: number | null) => ({ reference: value });
  const ms = { section, unit: 'ms' } as const;
  add(serviceRow({ ...ms, what: 'all requests, p50', measured: one(figures.p50Ms) }));
  add(serviceRow({ ...ms, what: 'all requests, p95', measured: one(figures.p95Ms) }));
  add(serviceRow({ ...ms, what: 'all requests, p99', measured: one(figures.p99Ms), goal: below(p99MsBelow) }));
  for (const kind of kinds) add(serviceRow({ ...ms, what: `${kind}, p99`, measured: one(percentileOf(kind, 99)) }));
  add(serviceRow({ section, what: 'errors', unit: 'requests', measured: one(failed), goal: atMost(0) }));
  const note = `${requests} requests of ${planned} planned, ${dropped} dropped by k6.`;
  const goal = within(deliveredWithin);
  add(serviceRow({ section, what: 'load against plan', unit: '%', measured: one(deviationPercent), goal, note }));
  add(
    serviceRow({
      section,
      what: 'queries',
      unit: 'statements per request',
      measured: one(statementsPerRequest),
      goal: atMost(statementsMax),
      note: `Of the workers too: ${statementsPerSecond?.toFixed(0) ?? 'unknown'} statements a second in all.`,
    }),
  );
}

function addMemory({ add, long }: ServiceBench, { memory }: LoadSeen): void {
  for (const program of ['api', 'worker']) {
    const readings = [...memory].filter(([name]) => name.startsWith(program));
    if (readings.length === 0) continue;
    const largest = Math.max(...readings.flatMap(([, mib]) => mib));
    const goal = atMost(serviceMiBMax);
    const measured = { reference: largest };
    add(serviceRow({ section, what: `memory (PSS) of one ${program} process`, unit: 'MiB', measured, goal }));
    if (!long) continue;
    const growth = { reference: Math.max(...readings.map(([, mib]) => growthPercent(mib))) };
    const about = {
      section,
      what: `growth of one ${program} process`,
      unit: '%',
      goal: atMost(growthPercentMax),
    } as const;
    const note = 'The last third of ten minutes against the second, of the process that grew most.';
    add(serviceRow({ ...about, measured: growth, note }));
  }
}
