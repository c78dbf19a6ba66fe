import type { Round } from '../draw/plan.ts';
import { halfMadeWorkspaces } from '../eyes/eyes.ts';
import { nothingSeen, type RoundFacts } from '../judge/round-facts.ts';
import { type Violation, violationsOf } from '../judge/violations.ts';
import { commandFact, stopAndLook } from './aftermath.ts';
import { makeCheckout } from './checkout.ts';
import { startDecoys } from './decoys.ts';
import { labOf } from './lab-command.ts';
import { type OnArmed, playRound } from './play-round.ts';
import { ensureSession, startSession } from './session.ts';
import { type Limits, type Stage, watchStage } from './stage.ts';

export const limitsDefault: Limits = { goneMs: 5_000, guardianMs: 2_000, toldMs: 5_000, watchMs: 12_000 };

export interface PlayOptions {
  readonly repoRoot: string;
  readonly cacheDir: string;
  /** What the commands of the lab get, but for the folder for temporary files. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rounds: readonly Round[];
  readonly signal: AbortSignal;
  readonly limits?: Partial<Limits>;
  onRound?(played: PlayedRound): void;
  readonly onArmed?: OnArmed;
}

export interface PlayedRound {
  readonly facts: RoundFacts;
  readonly violations: readonly Violation[];
}

export interface Played {
  readonly rounds: readonly PlayedRound[];
  /** Of the start and the stop after the last round. */
  readonly atEnd: readonly Violation[];
  readonly tookMs: number;
  /** How long a start and a grade took, in milliseconds. */
  readonly lengths: Readonly<Record<string, number>>;
}

/**
 * Plays rounds in a checkout of their own, which goes away with all that runs in it. Throws when not even the
 * first session can be started, and the reason of the signal when that is aborted.
 */
export async function playRounds(options: PlayOptions): Promise<Played> {
  const { rounds, signal } = options;
  const beganMs = performance.now();
  const limits = { ...limitsDefault, ...options.limits };
  await using checkout = await makeCheckout(options.repoRoot, options.cacheDir);
  const env = { ...options.env, TMPDIR: checkout.temporaryDir, NO_COLOR: '1' };
  const lab = labOf({ root: checkout.root, env, signal });
  const stage: Stage = { checkout, lab, limits, signal, lengths: new Map(), settled: new Set(), session: null };
  using decoys = startDecoys();
  try {
    const [first] = rounds;
    if (first !== undefined) await ensureSession(stage, first.scenario);
    const played: PlayedRound[] = [];
    const ended = new Set<string>();
    for (const round of rounds) {
      const facts = await playRound(stage, round, options.onArmed);
      // Counted against the round in which they ended.
      const endedDecoys = decoys.ended().filter((name) => !ended.has(name));
      for (const name of endedDecoys) ended.add(name);
      const all = { ...facts, endedDecoys };
      const result = { facts: all, violations: violationsOf(all, limits) };
      played.push(result);
      options.onRound?.(result);
    }
    const atEnd = await startOnceMore(stage, rounds.at(-1));
    return { rounds: played, atEnd, tookMs: performance.now() - beganMs, lengths: Object.fromEntries(stage.lengths) };
  } finally {
    await leaveNothing(stage);
  }
}

/** After all that was done to it the checkout is as good as new. */
async function startOnceMore(stage: Stage, last: Round | undefined): Promise<readonly Violation[]> {
  if (last === undefined) return [];
  const { command: before } = await stopAndLook(stage, watchStage(stage));
  const started = commandFact(await startSession(stage, last.scenario), [0]);
  const { command, end, ...rest } = await stopAndLook(stage, watchStage(stage));
  const halfMade = halfMadeWorkspaces(stage.checkout.labDir, last.scenario);
  const all = halfMade.length === 0 ? end : { goneAfterMs: null, left: [...end.left, ...halfMade] };
  return violationsOf({ ...nothingSeen, ...rest, end: all, commands: [before, started, command] }, stage.limits);
}

/** Also when the rounds were interrupted, or have failed. */
async function leaveNothing(stage: Stage): Promise<void> {
  await stage.lab(['stop']).ended;
  watchStage(stage).clear();
}
