import type { Round } from '../draw/plan.ts';
import type { Aftermath } from '../judge/round-facts.ts';
import { hasSession, isStanding, stopAndLook, untilNothingLeft } from './aftermath.ts';
import type { Scene } from './scenes.ts';
import { type Stage, until } from './stage.ts';
import type { Struck } from './strike.ts';

/**
 * The command that waited for a session was killed. A session that starts has lost whoever it starts for, and ends by
 * itself, unless it stood already; one that was asked to stop goes on stopping.
 */
export async function afterCommandDied(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  stage.session = null;
  const { watch } = scene;
  if (round.phase === 'start') {
    const wait = { sinceMs: struck.atMs, withinMs: stage.limits.goneMs };
    await until(stage, wait, () => watch.left().length === 0 || isStanding(stage));
    if (!isStanding(stage)) {
      const end = await untilNothingLeft(stage, watch, struck.atMs);
      return { end, hasSessionFile: hasSession(stage, ['running']), commands: [] };
    }
  }
  const { command, ...rest } = await stopAndLook(stage, watch);
  return { ...rest, commands: [command] };
}
