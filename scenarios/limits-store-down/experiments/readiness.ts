import type { ApiName, ExperimentHandle } from '@lab/sdk';

/** What the replicas say to whoever sends them requests, in their order, as `200,503,200`; 0 stands for no answer. */
export async function readiness(h: ExperimentHandle, replicas: readonly ApiName[]): Promise<string> {
  const answers = await Promise.all(
    replicas.map((replica) =>
      h.request({
        replica,
        client: `balancer#${replica}#${h.clock.nowMs()}`,
        kind: 'read',
        view: 'ready-away',
        key: `replica:${replica}`,
        method: 'GET',
        path: '/readyz',
      }),
    ),
  );
  return answers.map(({ operation: { status } }) => status).join(',');
}
