/** What a writer does about the cache, and what a reader's fill is asked. */
export type Strategy = 'ttl' | 'before' | 'inside' | 'after' | 'both' | 'version' | 'lease' | 'enclosed';

export const strategyNames: Readonly<Record<Strategy, string>> = {
  ttl: 'leave it to the expiry',
  before: 'delete before the change',
  inside: 'delete inside the transaction',
  after: 'delete after the commit',
  both: 'delete before and after',
  version: 'announce the version after the commit; only newer ones may be filled',
  lease: 'delete after the commit; that voids the leases of readers',
  enclosed: 'block before, unblock after: ShelfWise',
};

/** The row and the cache, as everybody sees them. */
export interface Shared {
  /** What a reader of the database gets: 1 until the commit, 2 from then on. */
  readonly row: 1 | 2;
  readonly cached: 1 | 2 | undefined;
  /** Of the page. Whoever missed remembers it; a fill of another one has no effect. */
  readonly generation: number;
  readonly blocked: boolean;
  /** No older version may be filled. */
  readonly oldest: 1 | 2;
}

export interface Step {
  readonly words: string;
  readonly shared: Shared;
}

const nothing = (shared: Shared): Step => ({ words: '–', shared });
const drop = (shared: Shared): Step => ({ words: 'deletes the entry', shared: { ...shared, cached: undefined } });

const commit = (shared: Shared): Step => ({ words: 'commits v2', shared: { ...shared, row: 2 } });
const update = (shared: Shared): Step => ({ words: 'changes the row to v2, not committed', shared });

const unless = (strategies: readonly Strategy[], step: (shared: Shared) => Step) => {
  return (strategy: Strategy) => (strategies.includes(strategy) ? step : nothing);
};

const before = (strategy: Strategy): ((shared: Shared) => Step) => {
  if (strategy !== 'enclosed') return unless(['before', 'both'], drop)(strategy);
  // From now on nothing is served from the cache and nothing kept, whoever loads meanwhile.
  return (shared) => ({ words: 'blocks the page in the cache', shared: { ...renewed(shared), blocked: true } });
};

const inside = (strategy: Strategy): ((shared: Shared) => Step) => {
  if (strategy !== 'inside') return update;
  return (shared) => ({ words: 'changes the row to v2 and deletes the entry', shared: drop(shared).shared });
};

const after = (strategy: Strategy): ((shared: Shared) => Step) => {
  switch (strategy) {
    case 'after':
    case 'both':
      return drop;
    case 'lease':
      return (shared) => ({ words: 'deletes the entry and voids all leases', shared: renewed(shared) });
    case 'version':
      return (shared) => ({
        words: 'announces v2 to the cache',
        shared: { ...shared, oldest: 2, cached: shared.cached === 1 ? undefined : shared.cached },
      });
    case 'enclosed':
      return (shared) => ({ words: 'unblocks the page', shared: { ...renewed(shared), blocked: false } });
    case 'ttl':
    case 'before':
    case 'inside':
      return nothing;
  }
};

function renewed(shared: Shared): Shared {
  return { ...shared, cached: undefined, generation: shared.generation + 1 };
}

/** A writer has four steps, whatever it does: before, in the transaction, the commit, after it. */
export const WRITER_STEPS = 4;

export function writerStep(strategy: Strategy, index: number, shared: Shared): Step {
  const step = [before(strategy), inside(strategy), commit, after(strategy)][index];
  if (step === undefined) throw new Error(`A writer has ${WRITER_STEPS} steps, and no step ${index + 1}.`);
  return step(shared);
}

/** Whether a fill takes effect. A plain cache asks nothing. */
export function mayFill(strategy: Strategy, version: 1 | 2, seenGeneration: number, shared: Shared): boolean {
  switch (strategy) {
    case 'version':
      return version >= shared.oldest;
    case 'lease':
    case 'enclosed':
      return !shared.blocked && seenGeneration === shared.generation;
    default:
      return true;
  }
}
