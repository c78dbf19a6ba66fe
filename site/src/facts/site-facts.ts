import type { LabFacts } from '@lab/facts';

/** All that the pages are made from, as plain data. Collected once for a build. */
export interface SiteFacts extends LabFacts {
  readonly lessons: readonly LessonFacts[];
}

/** A lesson as lists of lessons show it. */
export interface LessonFacts {
  readonly topic: string;
  /** What stands before the colon of its title: `Caching`. */
  readonly name: string;
  /** What stands after it; the whole title where there is no colon. */
  readonly promise: string;
  /** Ids of the scenarios that it leads to, in its order. */
  readonly scenarios: readonly string[];
}
