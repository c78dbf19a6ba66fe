/** What the replicas say of themselves at one moment, summed up over all of them; null where none of them says it. */
export interface ServiceFigures {
  readonly poolInUse: number | null;
  readonly poolWaiting: number | null;
  readonly cacheHitPercent: number | null;
  readonly queueDepth: number | null;
  readonly queueOldestSeconds: number | null;
}

/** One line of the text form of Prometheus. */
interface Metric {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Counters of the cache since the replicas started. */
export interface CacheCounts {
  readonly hits: number;
  readonly others: number;
}

const line = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>[^}]*)\})? (?<value>\S+)/;
const queueDepths = ['webhook_queue_depth', 'uploads_waiting', 'dead_letters_open'];
const queueAges = ['outbox_lag_seconds', 'webhook_queue_oldest_seconds', 'uploads_oldest_waiting_seconds'];

export function parseMetrics(text: string): Metric[] {
  return text.split('\n').flatMap((row) => {
    const { name = '', labels = '', value = '' } = line.exec(row)?.groups ?? {};
    const number = Number(value);
    return name === '' || row.startsWith('#') || !Number.isFinite(number) ? [] : [{ name, labels, value: number }];
  });
}

/** `before`: the cache's counters at the last look; the share of hits is that of what was asked since. */
export function serviceFigures(
  replicas: readonly (readonly Metric[])[],
  before: CacheCounts | null,
): { readonly figures: ServiceFigures; readonly cache: CacheCounts | null } {
  const all = replicas.flat();
  const cache = cacheCounts(all);
  const total = sum(all, 'db_pool_connections', 'state="total"');
  const idle = sum(all, 'db_pool_connections', 'state="idle"');
  return {
    figures: {
      poolInUse: total === null || idle === null ? null : total - idle,
      poolWaiting: sum(all, 'db_pool_connections', 'state="waiting"'),
      cacheHitPercent: hitPercent(cache, before),
      // Each replica tells of the same queues: the largest figure is the one of all.
      queueDepth: added(queueDepths.map((name) => largest(all, name))),
      queueOldestSeconds: highest(queueAges.map((name) => largest(all, name))),
    },
    cache,
  };
}

function cacheCounts(metrics: readonly Metric[]): CacheCounts | null {
  const lookups = metrics.filter(({ name }) => name === 'cache_lookups_total');
  if (lookups.length === 0) return null;
  const hits = sum(lookups, 'cache_lookups_total', 'outcome="hit"') ?? 0;
  return { hits, others: lookups.reduce((count, { value }) => count + value, 0) - hits };
}

/** Null where nothing was asked, or a replica began to count anew. */
function hitPercent(now: CacheCounts | null, before: CacheCounts | null): number | null {
  if (now === null || before === null) return null;
  const hits = now.hits - before.hits;
  const others = now.others - before.others;
  return hits < 0 || others < 0 || hits + others === 0 ? null : Math.round((1_000 * hits) / (hits + others)) / 10;
}

function sum(metrics: readonly Metric[], name: string, label: string): number | null {
  const found = metrics.filter((metric) => metric.name === name && metric.labels.split(',').includes(label));
  return found.length === 0 ? null : found.reduce((total, { value }) => total + value, 0);
}

function largest(metrics: readonly Metric[], name: string): number | null {
  return highest(metrics.filter((metric) => metric.name === name).map(({ value }) => value));
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function added(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
