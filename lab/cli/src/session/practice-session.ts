import type { EventLog } from '@lab/console';
import type { Scenario } from '@lab/sdk';
import type { createCrossings } from '../console/crossings.ts';
import type { ServiceWatch } from '../console/watch-service.ts';
import type { Context } from '../context.ts';
import type { SessionFaults } from './faults.ts';
import type { GradeWatch } from './grade-watch.ts';
import type { LoadGate } from './load-gate.ts';
import type { PracticeState } from './practice-state.ts';
import type { SessionReporter } from './reporter.ts';

export interface PracticeOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly reporter: SessionReporter;
  /** When the command began, by `performance.now()`. */
  readonly beganMs: number;
}

/** One practice session, as its pieces see each other. */
export interface PracticeSession extends PracticeOptions {
  readonly context: Context;
  readonly state: PracticeState;
  /** Aborted when the session is to end. */
  readonly signal: AbortSignal;
  /** Null until there is a run. */
  events: EventLog | null;
  /** Null until the session stands. */
  faults: SessionFaults | null;
  /** What the replicas say of themselves; null until the session stands. */
  service: Pick<ServiceWatch, 'latest'> | null;
  /** There before the testbed is: a grade may ask for a pause while the session still starts. */
  readonly gate: LoadGate;
  readonly grades: GradeWatch;
  /** Of the figures of each second. */
  readonly crossings: ReturnType<typeof createCrossings>;
  /** Addresses of the replicas that the load calls. */
  loaded: ReadonlySet<string>;
}
