import { Counter, type Registry } from 'prom-client';
import { createBoundedMap } from '../limits/store/bounded-map.ts';

type TenantLabels<Label extends string> = Readonly<Record<Label | 'tenant', string>>;

export interface TenantCounter<Label extends string> {
  inc(labels: TenantLabels<Label>): void;
}

interface TenantCounterSettings<Label extends string> {
  readonly name: string;
  readonly help: string;
  /** Besides `tenant`. Each must have a few values only. */
  readonly labelNames: readonly Label[];
  /** Tenants that are named; all others together are `other`. */
  readonly namedMax?: number;
}

/** So many tenants that have no name yet are counted, to find out which of them deserve one. */
const CANDIDATES_MAX = 1_000;

/**
 * Counts by tenant, with a number of time series that does not grow with the number of tenants: the busiest have names.
 * One that gets twice as busy as the least of them takes its place. Its series begins at zero, and the other's ends, so
 * that none ever counts backwards.
 */
export function createTenantCounter<Label extends string>(
  registry: Registry,
  { name, help, labelNames, namedMax = 10 }: TenantCounterSettings<Label>,
): TenantCounter<Label> {
  const counter = new Counter({ name, help, labelNames: ['tenant', ...labelNames], registers: [registry] });
  const named = new Map<string, { count: number; readonly series: Map<string, TenantLabels<Label>> }>();
  const candidates = createBoundedMap<number>(CANDIDATES_MAX);

  return {
    inc(labels) {
      const own = named.get(labels.tenant) ?? nameIfBusy(labels.tenant);
      if (!own) return counter.inc({ ...labels, tenant: 'other' });
      own.count += 1;
      own.series.set(labelNames.map((label) => labels[label]).join('\n'), labels);
      counter.inc(labels);
    },
  };

  function nameIfBusy(tenant: string) {
    const count = candidates.get(tenant) ?? 0;
    if (named.size >= namedMax && !replaceLeast(count)) {
      candidates.set(tenant, count + 1);
      return undefined;
    }
    const own = { count, series: new Map<string, TenantLabels<Label>>() };
    named.set(tenant, own);
    return own;
  }

  function replaceLeast(count: number): boolean {
    const [least] = [...named].sort(([, one], [, other]) => one.count - other.count);
    if (!least || count <= 2 * least[1].count) return false;
    const [tenant, { count: itsCount, series }] = least;
    for (const labels of series.values()) counter.remove(labels);
    named.delete(tenant);
    candidates.set(tenant, itsCount);
    return true;
  }
}
