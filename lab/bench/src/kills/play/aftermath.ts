import { readSession } from '@lab/console';
import type { Round } from '../draw/plan.ts';
import type { Watch } from '../eyes/watch.ts';
import { allowedExits } from '../judge/exits.ts';
import type { AllowedExit, CommandFact, EndFact } from '../judge/round-facts.ts';
import type { EndedCommand } from './lab-command.ts';
import type { Scene } from './scenes.ts';
import { endSession, lastLine } from './session.ts';
import { type Stage, until } from './stage.ts';

/** How a command ended, beside how it should have. */
export function commandFact(ended: EndedCommand, allowed: readonly AllowedExit[]): CommandFact {
  const { line, exitCode, isLate } = ended;
  return { line, exitCode, isLate, allowed, said: lastLine(ended) };
}

/** Waits for the end of what was under way in the moment of the kill. Nothing where nothing was. */
export async function endedScene(scene: Scene, round: Round): Promise<readonly CommandFact[]> {
  if (scene.command === null) return [];
  return [commandFact(await scene.command.ended, allowedExits(round))];
}

/** Watches until nothing is left, from `sinceMs` on; what stays is cleared away by force. */
export async function untilNothingLeft(stage: Stage, watch: Watch, sinceMs: number): Promise<EndFact> {
  const { goneMs, watchMs } = stage.limits;
  let left: readonly string[] = [];
  const goneAfterMs = await until(stage, { sinceMs, withinMs: watchMs }, () => {
    const now = watch.left();
    if (left.length === 0 && performance.now() - sinceMs > goneMs) left = now;
    return now.length === 0;
  });
  if (goneAfterMs === null) watch.clear();
  for (const run of watch.runs()) stage.settled.add(run);
  return { goneAfterMs, left };
}

/** `lab stop`, and then nothing may be left. */
export async function stopAndLook(
  stage: Stage,
  watch: Watch,
): Promise<{ readonly end: EndFact; readonly command: CommandFact; readonly hasSessionFile: boolean }> {
  watch.remember();
  const sinceMs = performance.now();
  const stopped = endSession(stage);
  const end = await untilNothingLeft(stage, watch, sinceMs);
  return { end, command: commandFact(await stopped, [0]), hasSessionFile: hasSession(stage, ['running', 'stale']) };
}

/** True when the session's file is in one of these states. */
export function hasSession({ checkout }: Stage, states: readonly ('running' | 'stale')[]): boolean {
  const { kind } = readSession(checkout.labDir);
  return kind !== 'none' && states.includes(kind);
}

/** The session of this checkout has reported that it stands. */
export function isStanding({ checkout }: Stage): boolean {
  const session = readSession(checkout.labDir);
  return session.kind === 'running' && session.record.state === 'running';
}
