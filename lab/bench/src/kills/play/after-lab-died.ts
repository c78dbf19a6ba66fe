import type { Round } from '../draw/plan.ts';
import type { Aftermath, CommandFact, EndFact } from '../judge/round-facts.ts';
import { commandFact, endedScene, hasSession, untilNothingLeft } from './aftermath.ts';
import type { Scene } from './scenes.ts';
import { endSession, startSession } from './session.ts';
import type { Stage } from './stage.ts';
import type { Struck } from './strike.ts';

/**
 * The lab was killed, or told to leave. Its guardian alone must end everything. Where that was killed too, nobody
 * can act, and the promise is that nothing is left after the next command of the lab.
 */
export async function afterLabDied(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  const { victim, phase } = round;
  stage.session = null;
  scene.watch.remember();
  if (round.startsAgain) return await startAtOnce(stage, scene, round, struck);
  const isGuardianDead = victim.kind === 'guardian-first' || victim.kind === 'lab-first';
  const [end, next] = await Promise.all([
    untilNothingLeft(stage, scene.watch, struck.atMs),
    isGuardianDead ? nextCommand(stage, phase === 'stop' ? scene : null) : [],
  ]);
  const hadSession = hasSession(stage, ['running']);
  const under = await endedScene(scene, round);
  const stopped = commandFact(await endSession(stage), [0]);
  const hasSessionFile = hadSession || hasSession(stage, ['running', 'stale']);
  return { end, hasSessionFile, commands: [...next, ...under, stopped] };
}

/** What waits for the end of the dead lab is a command too, but an older one. */
async function nextCommand(stage: Stage, older: Scene | null): Promise<readonly CommandFact[]> {
  await older?.command?.ended;
  return [commandFact(await endSession(stage), [0])];
}

/** Nobody waits for the guardian: the next start has to. */
async function startAtOnce(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  scene.watch.letNextBegin();
  const [end, started]: [EndFact, CommandFact] = await Promise.all([
    untilNothingLeft(stage, scene.watch, struck.atMs),
    startSession(stage, round.scenario).then((ended) => commandFact(ended, [0])),
  ]);
  return { end, commands: [started, ...(await endedScene(scene, round))] };
}
