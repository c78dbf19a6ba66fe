import type { Operation } from '@lab/sdk';
import { operation } from './evidence.ts';

interface Asked {
  readonly key?: string;
  readonly view?: string;
  readonly fromMs: number;
  readonly everyMs: number;
  readonly count: number;
  readonly tookMs?: number;
  readonly status?: number;
  readonly experiment?: string;
}

/** Requests of one client at an even pace, through three replicas in turn; ids count on from `firstId`. */
export function asked(some: Asked, firstId = 1): Operation[] {
  const { fromMs, everyMs, count, tookMs = 4, status = 200, key = 'free:shop-06', view = 'flood' } = some;
  return Array.from({ length: count }, (_, index) => {
    const startMs = fromMs + index * everyMs;
    return operation({
      id: firstId + index,
      experiment: some.experiment ?? 'flood',
      key,
      view,
      replica: `api-${(index % 3) + 1}`,
      value: null,
      startMs,
      endMs: startMs + tookMs,
      status,
      outcome: status === 429 ? 'fail' : 'ok',
    });
  });
}
