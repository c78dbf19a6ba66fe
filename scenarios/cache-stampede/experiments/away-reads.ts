import type { ExperimentHandle } from '@lab/sdk';

const pattern = /^tagged_cache_reads_total\{[^}]*outcome="away"[^}]*\} (\S+)/gm;

/** Reads that passed the cache by so far, on all replicas: it did not answer in time, as on a machine that has none. */
export async function awayReads(h: ExperimentHandle): Promise<number> {
  const pages = await Promise.all(h.replicas.map((replica) => h.metrics(replica)));
  const counts = pages.flatMap((page) => [...(page ?? '').matchAll(pattern)].map(([, count]) => Number(count)));
  return counts.reduce((sum, count) => sum + count, 0);
}

interface Cost {
  readonly statements: number;
  readonly loneStatements: number;
  /** Reads that passed the cache by. */
  readonly away: number;
  readonly replicas: number;
}

/** More loads than one by each replica, and no more than those make of it that could not ask the cache. */
export function isOfTheCache({ statements, loneStatements, away, replicas }: Cost): boolean {
  const allowed = replicas * loneStatements;
  return statements > allowed && statements - away * loneStatements <= allowed;
}
