import type { MatrixCellFacts } from '@lab/facts';

interface CellWords {
  readonly mark: 'claimed' | 'beside' | 'passed' | 'unknown' | 'none';
  /** For those who do not see the mark. */
  readonly says: string;
}

/** What a cell of the matrix shows. Most runs decide: a check that failed a variant once in twenty runs passed it. */
export function cellWords({ claims, failed, decided }: MatrixCellFacts, runs: number): CellWords {
  if (decided === 0) {
    if (!claims) return { mark: 'none', says: runs === 0 ? '' : 'not asked' };
    return { mark: 'unknown', says: 'claimed, not yet run' };
  }
  const count = `${failed} of ${decided} failed`;
  if (failed * 2 <= decided) return { mark: 'passed', says: failed === 0 ? 'passed' : count };
  return claims ? { mark: 'claimed', says: `${count}, as claimed` } : { mark: 'beside', says: count };
}
