import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '../../machine/proc-files.ts';
import { createWatch, type Watch } from '../eyes/watch.ts';
import type { Promises } from '../judge/violations.ts';
import type { Checkout } from './checkout.ts';
import type { EndedCommand, StartLab } from './lab-command.ts';

/** A practice session that runs detached. */
export interface PracticeSession {
  readonly scenario: string;
  readonly lab: Identity;
  /** A file of the workspace, and what it held at first. */
  readonly file: string;
  readonly original: string;
  roundsPlayed: number;
}

export interface Limits extends Promises {
  /** How long what is left is watched, to say when it was gone. */
  readonly watchMs: number;
}

/** Where rounds are played: one checkout, and the session in it. */
export interface Stage {
  readonly checkout: Checkout;
  readonly lab: StartLab;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Milliseconds that a `lab start` or a `lab grade` of a scenario took when it was last whole. */
  readonly lengths: Map<string, number>;
  /** Runs of which nothing is left. */
  readonly settled: Set<string>;
  session: PracticeSession | null;
}

/** Ends with the signal's reason when the rounds are interrupted. */
export async function pause(stage: Stage, ms: number): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal: stage.signal }).catch(() => stage.signal.throwIfAborted());
}

/** Runs one command of the lab to its end. */
export async function runLab(stage: Stage, argv: readonly string[], limitMs?: number): Promise<EndedCommand> {
  stage.signal.throwIfAborted();
  return await stage.lab(argv, limitMs).ended;
}

export function watchStage({ checkout, settled }: Stage): Watch {
  return createWatch({ ...checkout, settled });
}

/** Looks every few milliseconds until it is so. Null where it is not within the limit; else after how long it was. */
export async function until(
  stage: Stage,
  options: { readonly sinceMs: number; readonly withinMs: number; readonly everyMs?: number },
  isSo: () => boolean | Promise<boolean>,
): Promise<number | null> {
  const { sinceMs, withinMs, everyMs = 40 } = options;
  for (;;) {
    if (await isSo()) return performance.now() - sinceMs;
    if (performance.now() - sinceMs > withinMs) return null;
    await pause(stage, everyMs);
  }
}
