import type { ApiName, ExperimentHandle } from '@lab/sdk';

/** By this figure an alarm knows, for each replica, whether the limits store decides (1) or the replica alone (0). */
export const alarmFigure = 'rate_limit_store_available';

const pattern = new RegExp(`^${alarmFigure}(?:\\{[^}]*\\})? (\\S+)`, 'm');

/** What the replicas' pages of figures say, in the order of the replicas, as `1,1,0`; `?` where there is no figure. */
export async function alarmFigures(h: ExperimentHandle, replicas: readonly ApiName[]): Promise<string> {
  const pages = await Promise.all(replicas.map((replica) => h.metrics(replica)));
  return pages.map((page) => pattern.exec(page ?? '')?.[1] ?? '?').join(',');
}

/** True when all of them say this. */
export function allSay(figures: string, value: 0 | 1): boolean {
  return figures.split(',').every((figure) => Number(figure) === value && figure !== '');
}
