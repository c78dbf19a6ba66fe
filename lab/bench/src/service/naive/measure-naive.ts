import { LabError } from '@lab/sdk';
import { atMost } from '../../report/goal.ts';
import { serviceScenario } from '../load/service-scenario.ts';
import { type LoadSeen, underLoad } from '../load/under-load.ts';
import { type ServiceGround, withService } from '../load/with-service.ts';
import { serviceRow } from '../row.ts';
import { attempt, type ServiceBench } from '../service-bench.ts';
import { naiveOverlays } from './naive-overlays.ts';
import { countUnpaid, type OrdersCount } from './unpaid-orders.ts';
import { isServed, type Step, usersServed } from './users.ts';

/** The provider takes its time, and fails for one call in twenty. */
const provider = [
  { kind: 'latency', latencyMs: 80, jitterMs: 40 },
  { kind: 'error', rate: 0.05, status: 503 },
] as const;

const ratePerSecond = 200;
const windowMs = 30_000;
const rates = [400, 600, 800, 1_000];
const stepMs = 10_000;
const cachedMsMax = 50;
const failedPercentMax = 0.1;

interface VariantSeen {
  readonly seen: LoadSeen;
  readonly orders: OrdersCount;
  readonly users: number;
}

const section = 'naive';

/** The lesson's table: what the patterns are good for, measured under one load with a provider that fails 5 %. */
export async function measureNaive(bench: ServiceBench): Promise<void> {
  await attempt(bench, { section, what: 'reference beside naive' }, async () => {
    const scenario = await serviceScenario(ratePerSecond);
    const reference = await withService(bench, { scenario }, measureVariant);
    const other = await withService(bench, { scenario, overlays: naiveOverlays }, measureVariant);
    addRows(bench, (figure) => ({ reference: figure(reference), naive: figure(other) }));
  });
}

async function measureVariant(ground: ServiceGround): Promise<VariantSeen> {
  const { testbed, codeDir, clock } = ground;
  const { world } = testbed;
  if (world === null) throw new LabError('E_NO_PAYMENT', { message: 'The stack has no payment provider.' });
  await testbed.bootReplicas(codeDir);
  await world.setBehaviours(provider);
  const seen = await underLoad(ground, { ratePerSecond, windowMs, seed: 1 });
  const orders = await countUnpaid(testbed.adminUrl(), clock);
  const steps = [stepOf(ratePerSecond, seen)];
  for (const rate of rates) {
    if (!steps.every(isServed)) break;
    steps.push(stepOf(rate, await underLoad(ground, { ratePerSecond: rate, windowMs: stepMs, seed: rate })));
  }
  return { seen, orders, users: usersServed(steps) };
}

function stepOf(rate: number, { figures }: LoadSeen): Step {
  const { requests, failed, planned, dropped, p99Ms } = figures;
  return {
    ratePerSecond: rate,
    p99Ms,
    failedPercent: (failed / requests) * 100,
    droppedPercent: (dropped / planned) * 100,
  };
}

type Both = (figure: (variant: VariantSeen) => number | null) => Readonly<Record<string, number | null>>;

function addRows({ add }: ServiceBench, both: Both): void {
  const ms = { section, unit: 'ms' } as const;
  const times = (kind: string, rank: number) => both(({ seen }) => seen.percentileOf(kind, rank));
  add(serviceRow({ ...ms, what: 'page of a book, p50', measured: times('detail', 50) }));
  add(serviceRow({ ...ms, what: 'page of a book, p95', measured: times('detail', 95), goal: atMost(cachedMsMax) }));
  add(serviceRow({ ...ms, what: 'an order is answered, p50', measured: times('order', 50) }));
  add(serviceRow({ ...ms, what: 'an order is answered, p95', measured: times('order', 95) }));
  const statements = both(({ seen }) => seen.statementsPerSecond);
  add(serviceRow({ section, what: 'database statements', unit: 'per second', measured: statements }));
  const percent = { section, unit: '%', goal: atMost(failedPercentMax) } as const;
  const failed = both(({ seen: { figures } }) => (figures.failed / figures.requests) * 100);
  add(serviceRow({ ...percent, what: 'requests that failed', measured: failed }));
  const unpaid = both(({ orders }) => (orders.placed === 0 ? null : (orders.unpaid / orders.placed) * 100));
  add(serviceRow({ ...percent, what: 'orders that were never paid', measured: unpaid }));
  const note = 'One request each ten seconds, p99 up to 500 ms and 1 % failed; by rates up to 1,000 a second.';
  add(
    serviceRow({ section, what: 'users that are served', unit: 'users', measured: both(({ users }) => users), note }),
  );
}
