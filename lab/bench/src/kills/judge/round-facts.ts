import type { Round } from '../draw/plan.ts';

/** An exit code, or one that is right for one reason alone. `null` stands for an end by a signal. */
export type AllowedExit = number | null | { readonly exitCode: number; readonly because: string };

/** One command of the lab and how it should have ended. */
export interface CommandFact {
  readonly line: string;
  readonly exitCode: number | null;
  readonly isLate: boolean;
  readonly allowed: readonly AllowedExit[];
  /** The end of what it printed, for people. */
  readonly said: string;
}

/** What was there after everything should have ended. */
export interface EndFact {
  /** From the kill, or from `lab stop` where the lab lived on; null: not while it was watched. */
  readonly goneAfterMs: number | null;
  /** What was left at the limit. */
  readonly left: readonly string[];
}

/** What a session, or `lab status`, said of what was killed. */
export type Telling = 'not asked' | 'replaced' | 'told' | 'silent';

/** What came of the run that was measured when a part of it was killed. */
export interface DisturbedRun {
  /** Null: it has no report. */
  readonly verdict: string | null;
  /** All was measured before the kill. */
  readonly isMeasured: boolean;
}

/** What was seen of one round. Null, and `not asked`: this round does not ask. */
export interface Seen {
  /** Nothing was to be left. */
  readonly end: EndFact | null;
  readonly labLives: boolean | null;
  /** `never`: not while it was waited for. */
  readonly guardianAfterMs: number | 'never' | null;
  readonly telling: Telling;
  readonly disturbed: DisturbedRun | null;
  readonly commands: readonly CommandFact[];
  /** It names a dead lab as alive, or is there after `lab stop`. */
  readonly hasSessionFile: boolean;
  readonly endedDecoys: readonly string[];
  /** Why the round could not be played to its end. */
  readonly problem: string | null;
}

export interface RoundFacts extends Seen {
  readonly round: Round;
  /** The victim lived when its turn came. */
  readonly wasHit: boolean;
  /** How long after the beginning of the phase. */
  readonly struckAfterMs: number;
  /** What cannot be known from the round alone, as the fault that was on. */
  readonly note: string;
  readonly tookMs: number;
}

/** What the aftermath of a kill adds to what is known before. */
export type Aftermath = Partial<Seen> & Pick<Seen, 'commands'>;

/** A round that has asked nothing yet. */
export const nothingSeen: Seen = {
  end: null,
  labLives: null,
  guardianAfterMs: null,
  telling: 'not asked',
  disturbed: null,
  commands: [],
  hasSessionFile: false,
  endedDecoys: [],
  problem: null,
};
