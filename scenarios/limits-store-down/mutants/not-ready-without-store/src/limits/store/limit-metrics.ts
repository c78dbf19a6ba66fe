import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createTenantCounter } from '../../platform/tenant-counter.ts';
import type { Subject } from './limit-store.ts';
import type { LimitDecision } from './limiter.ts';

export interface LimitMetrics {
  decided(subject: Subject, decision: LimitDecision, durationMs: number): void;
  storeFailed(): void;
  storeAvailable(available: boolean): void;
}

/** Read by the probes: a load balancer should know it, too. */
export const limitsStore = { isAvailable: true };

const DURATION_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.06, 0.1];

export function createLimitMetrics(registry: Registry): LimitMetrics {
  const registers = [registry];
  const decisions = new Counter({
    name: 'rate_limit_decisions_total',
    help: 'Decisions of the limiter, by whom they are about, outcome, and who decided: the store, a remembered refusal of the store, or this process alone.',
    labelNames: ['scope', 'outcome', 'source'],
    registers,
  });
  const refusals = createTenantCounter(registry, {
    name: 'rate_limit_refusals_total',
    help: 'Requests of tenants that were refused, by policy; of those that are refused most by name.',
    labelNames: ['policy'],
  });
  const durations = new Histogram({
    name: 'rate_limit_decision_seconds',
    help: 'Time of one decision.',
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const failures = new Counter({
    name: 'rate_limit_store_failures_total',
    help: 'Questions to the limits store that failed or were answered too late.',
    registers,
  });
  const available = new Gauge({
    name: 'rate_limit_store_available',
    help: '1 while the limits store decides, 0 while this process decides alone.',
    registers,
  });
  available.set(1);

  return {
    decided({ scope, id }, { allowed, source, outcomes }, durationMs) {
      decisions.inc({ scope, outcome: allowed ? 'allowed' : 'refused', source });
      durations.observe(durationMs / 1_000);
      if (allowed || scope !== 'tenant') return;
      // Only tenants by name: there are as many addresses and accounts as an attacker likes.
      for (const { limit } of outcomes.filter((outcome) => !outcome.allowed)) {
        refusals.inc({ tenant: id, policy: limit.name });
      }
    },
    storeFailed: () => failures.inc(),
    storeAvailable(value) {
      limitsStore.isAvailable = value;
      available.set(value ? 1 : 0);
    },
  };
}
