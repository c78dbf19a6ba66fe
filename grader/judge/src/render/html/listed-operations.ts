import type { Operation } from '@lab/sdk';
import type { RunStory, StoryOperations } from '../../story/run-story.ts';

/** More than this many rows help nobody, and would make the page too large to open. */
export const rowsMax = 1_000;

/** The operations of one check, as far as there is room. */
export interface ListedCheck {
  readonly named: StoryOperations;
  readonly shown: readonly Operation[];
  readonly leftOut: number;
  /** Those that no check before it lists: a link leads to one place. */
  readonly first: ReadonlySet<number>;
}

/** The operations that findings name, as far as the page lists them. */
export interface ListedOperations {
  readonly checks: readonly ListedCheck[];
  /** Every operation that the page lists. */
  readonly ids: ReadonlySet<number>;
}

/** Shares out the rows in the order of the checks. */
export function listOperations(story: RunStory | null): ListedOperations {
  const ids = new Set<number>();
  const checks: ListedCheck[] = [];
  let roomLeft = rowsMax;
  for (const named of story?.operations ?? []) {
    const shown = named.operations.slice(0, roomLeft);
    const first = new Set(shown.map(({ id }) => id).filter((id) => !ids.has(id)));
    for (const id of first) ids.add(id);
    roomLeft -= shown.length;
    checks.push({ named, shown, first, leftOut: named.operations.length - shown.length });
  }
  return { checks, ids };
}
