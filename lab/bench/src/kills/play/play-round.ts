import type { Round } from '../draw/plan.ts';
import { type Aftermath, nothingSeen, type RoundFacts } from '../judge/round-facts.ts';
import { afterCommandDied } from './after-command-died.ts';
import { afterLabDied } from './after-lab-died.ts';
import { afterPartDied } from './after-part-died.ts';
import { commandFact } from './aftermath.ts';
import { type Scene, setScene } from './scenes.ts';
import { endSession, leaveSession, startSession } from './session.ts';
import { type Stage, watchStage } from './stage.ts';
import { type Struck, strike } from './strike.ts';

/** Called when all is ready for the kill; for tests that sabotage it. */
export type OnArmed = (round: Round, runs: readonly string[]) => void;

/** Plays one round. Rejects only when the rounds are interrupted: what else goes wrong is in the facts. */
export async function playRound(stage: Stage, round: Round, onArmed?: OnArmed): Promise<RoundFacts> {
  const beganMs = performance.now();
  const facts = { ...nothingSeen, round, wasHit: false, struckAfterMs: 0, note: '' };
  const tookMs = (): number => performance.now() - beganMs;
  try {
    const scene = await setScene(stage, round);
    onArmed?.(round, scene.watch.runs());
    const struck = await strike(stage, scene, round.victim);
    const aftermath = await afterwards(stage, scene, round, struck);
    const again = await startedAgain(stage, round);
    return {
      ...facts,
      ...aftermath,
      commands: [...aftermath.commands, ...again],
      wasHit: struck.wasHit,
      struckAfterMs: struck.atMs - scene.beganMs,
      note: scene.note,
      tookMs: tookMs(),
    };
  } catch (error) {
    stage.signal.throwIfAborted();
    await beginAnew(stage);
    return { ...facts, problem: error instanceof Error ? error.message : String(error), tookMs: tookMs() };
  }
}

async function afterwards(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  if (isLabKilled(round)) return await afterLabDied(stage, scene, round, struck);
  if (round.victim.kind === 'command') return await afterCommandDied(stage, scene, round, struck);
  return await afterPartDied(stage, scene, round, struck);
}

/** Where the lab was killed, its aftermath has done so. */
async function startedAgain(stage: Stage, round: Round) {
  if (!round.startsAgain || isLabKilled(round)) return [];
  await leaveSession(stage);
  return [commandFact(await startSession(stage, round.scenario), [0])];
}

function isLabKilled({ victim: { kind } }: Round): boolean {
  return kind === 'lab' || kind === 'guardian-first' || kind === 'lab-first';
}

/** The next round must not suffer from this one. */
async function beginAnew(stage: Stage): Promise<void> {
  await endSession(stage);
  const watch = watchStage(stage);
  watch.clear();
  for (const run of watch.runs()) stage.settled.add(run);
}
