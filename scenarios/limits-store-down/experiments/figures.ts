import type { ApiName, ExperimentHandle } from '@lab/sdk';

/** By this figure an alarm knows, for each replica, whether the limits store decides (1) or the replica alone (0). */
export const alarmFigure = 'rate_limit_store_available';

const pattern = new RegExp(`^${alarmFigure}(?:\\{[^}]*\\})? (\\S+)`, 'm');

/** What the replicas' pages of figures say, in the order of the replicas, as `1,1,0`; `?` where there is no figure. */
export async function alarmFigures(h: ExperimentHandle, replicas: readonly ApiName[]): Promise<string> {
  const pages = await Promise.all(replicas.map((replica) => h.metrics(replica)));
  return pages.map((page) => pattern.exec(page ?? '')?.[1] ?? '?').join(',');
}

const looks = 5;
const betweenLooksMs = 150;

/** As above, once all say this, or after several looks: on a busy machine a right service loses its store for moments. */
export async function figuresThatSay(h: ExperimentHandle, replicas: readonly ApiName[], value: 0 | 1): Promise<string> {
  let figures = await alarmFigures(h, replicas);
  for (let look = 1; look < looks && !allSay(figures, value); look += 1) {
    await h.clock.sleep(betweenLooksMs);
    figures = await alarmFigures(h, replicas);
  }
  return figures;
}

/** True when all of them say this. */
export function allSay(figures: string, value: 0 | 1): boolean {
  return figures.split(',').every((figure) => Number(figure) === value && figure !== '');
}
