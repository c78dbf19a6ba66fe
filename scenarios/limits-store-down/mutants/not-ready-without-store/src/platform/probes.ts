import { Router } from 'express';
import { limitsStore } from '../limits/store/limit-metrics.ts';

export interface ProbeState {
  /** False until everything that the first request needs is there. */
  isStarted(): boolean;
  isDraining(): boolean;
  isDatabaseReachable(): Promise<boolean>;
  /** Of the worker only: the API goes on taking orders while the queue is away. */
  isQueueReachable?(): Promise<boolean>;
}

type Readiness =
  | 'ok'
  | 'starting'
  | 'draining'
  | 'database unreachable'
  | 'queue unreachable'
  | 'limits store unreachable';

/**
 * `/livez`: the process answers; a broken dependency is no reason to restart it. `/readyz`: it can serve requests now.
 * The cache is not part of it: without it the service is slower, and all replicas would leave at once.
 */
export function createProbes(state: ProbeState): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/startupz', (_request, response) => {
    const started = state.isStarted();
    response.status(started ? 200 : 503).json({ status: started ? 'ok' : 'starting' });
  });
  router.get('/readyz', async (_request, response) => {
    const status = await readiness(state);
    response.status(status === 'ok' ? 200 : 503).json({ status });
  });
  return router;
}

async function readiness(state: ProbeState): Promise<Readiness> {
  if (state.isDraining()) return 'draining';
  if (!state.isStarted()) return 'starting';
  if (!(await state.isDatabaseReachable())) return 'database unreachable';
  if (!limitsStore.isAvailable) return 'limits store unreachable';
  return (await state.isQueueReachable?.()) === false ? 'queue unreachable' : 'ok';
}
