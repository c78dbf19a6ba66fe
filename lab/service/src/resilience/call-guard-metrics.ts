import { Counter, Gauge, type Registry } from 'prom-client';
import type { BreakerState } from './breaker.ts';

/** For all guards of a process. */
export interface CallGuardMetrics {
  watch(dependency: string, state: () => BreakerState['kind']): void;
  /** A call that was not made. */
  refused(dependency: string, by: 'breaker' | 'budget'): void;
}

const STATES: readonly BreakerState['kind'][] = ['closed', 'open', 'half-open'];

export function createCallGuardMetrics(registry: Registry): CallGuardMetrics {
  const watched = new Map<string, () => BreakerState['kind']>();
  new Gauge({
    name: 'dependency_breaker_state',
    help: '1 for the state in which the breaker is, 0 for the others.',
    labelNames: ['dependency', 'state'],
    registers: [registry],
    collect() {
      for (const [dependency, stateOf] of watched) {
        for (const state of STATES) this.set({ dependency, state }, state === stateOf() ? 1 : 0);
      }
    },
  });
  const refusals = new Counter({
    name: 'dependency_calls_refused_total',
    help: 'Calls that were not made: the breaker was open, or too much failed to try again.',
    labelNames: ['dependency', 'by'],
    registers: [registry],
  });
  return {
    watch: (dependency, state) => void watched.set(dependency, state),
    refused: (dependency, by) => refusals.inc({ dependency, by }),
  };
}
