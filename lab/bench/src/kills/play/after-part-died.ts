import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../../machine/proc.ts';
import { textOf } from '../../machine/read-files.ts';
import type { Round } from '../draw/plan.ts';
import type { Aftermath, DisturbedRun, Telling } from '../judge/round-facts.ts';
import { isPartTold, isReplicaTold, parseJson } from '../judge/telling.ts';
import { endedScene, hasSession, stopAndLook, untilNothingLeft } from './aftermath.ts';
import type { Scene } from './scenes.ts';
import { adoptSession, readStatus } from './session.ts';
import { pause, runLab, type Stage, until } from './stage.ts';
import { guardianOf, partOf, type Struck } from './strike.ts';

const tellEveryMs = 250;
/** The end of what a session printed. */
const lastLength = 4_000;
const reportWithinMs = 90_000;
/** What died so shortly before the end of the measuring may not have been missed. */
const measuredGraceMs = 500;

/** A process of the stack, or the guardian, was killed. The lab must live on, be truthful, and end in good order. */
export async function afterPartDied(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  switch (round.phase) {
    case 'grade':
      return await afterInGrade(stage, scene, round, struck);
    case 'stop': {
      const commands = await endedScene(scene, round);
      const end = await untilNothingLeft(stage, scene.watch, performance.now());
      return { commands, end, hasSessionFile: hasSession(stage, ['running', 'stale']) };
    }
    default: {
      const guardianAfterMs = await untilGuardian(stage, scene, round, struck);
      const commands = await endedScene(scene, round);
      const ended = round.phase === 'start' ? await scene.command?.ended : undefined;
      if (ended !== undefined) await adoptSession(stage, round.scenario, ended);
      const after = await afterInSession(stage, scene, round, struck);
      return { ...after, guardianAfterMs, commands: [...commands, ...after.commands] };
    }
  }
}

/** A session is left running where that is the same as before; after the loss of a part it is stopped. */
async function afterInSession(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  const { session } = stage;
  // A start that ended because of the kill has said so by its exit code.
  if (session === null) return await stopped(stage, scene, { labLives: null });
  const telling = struck.wasHit ? await untilTold(stage, round, struck) : 'not asked';
  const told = { labLives: isAlive(session.lab), telling };
  const isWorn = round.victim.kind === 'part' && struck.wasHit && telling !== 'replaced';
  const undone = round.phase === 'fault' && !isWorn ? await runLab(stage, ['fault', 'off', '--all']) : null;
  if (isWorn || !told.labLives || (undone !== null && undone.exitCode !== 0)) return await stopped(stage, scene, told);
  return { ...told, commands: [] };
}

async function stopped(stage: Stage, scene: Scene, told: Partial<Aftermath>): Promise<Aftermath> {
  const { command, ...rest } = await stopAndLook(stage, scene.watch);
  return { ...told, ...rest, commands: [command] };
}

async function afterInGrade(stage: Stage, scene: Scene, round: Round, struck: Struck): Promise<Aftermath> {
  const guardianAfterMs = await untilGuardian(stage, scene, round, struck);
  const isPart = round.victim.kind === 'part' && struck.wasHit;
  const disturbed = isPart ? await untilReported(stage, scene, struck) : null;
  const commands = await endedScene(scene, round);
  const end = await untilNothingLeft(stage, scene.watch, performance.now());
  return { guardianAfterMs, disturbed, commands, end };
}

/** An inconclusive run is repeated, undisturbed: its own report counts, and the repetition is called off. */
async function untilReported(stage: Stage, scene: Scene, { run, atMs }: Struck): Promise<DisturbedRun> {
  const folder = join(stage.checkout.labDir, 'runs', run ?? '');
  const hasCollected = (): boolean => textOf(join(folder, 'events.ndjson')).includes('"name":"collect"');
  const verdict = (): string | null =>
    reportSchema.safeParse(parseJson(textOf(join(folder, 'report.json')))).data?.verdict ?? null;
  await pause(stage, atMs + measuredGraceMs - performance.now());
  const isMeasured = hasCollected();
  const wait = { sinceMs: atMs, withinMs: reportWithinMs, everyMs: 100 };
  await until(stage, wait, () => verdict() !== null || scene.command?.hasEnded() === true);
  if (verdict() === 'inconclusive') scene.command?.signal('SIGINT');
  return { verdict: verdict(), isMeasured };
}

const reportSchema = z.object({ verdict: z.string() });

async function untilTold(stage: Stage, { victim }: Round, struck: Struck): Promise<Telling> {
  if (victim.kind !== 'part' && victim.kind !== 'replica') return 'not asked';
  const name = victim.kind === 'part' ? victim.part : victim.replica;
  const isReplaced = (): boolean => (partOf(stage, struck.run, name)?.pid ?? struck.pid) !== struck.pid;
  let telling: Telling = 'silent';
  // From here on: a start that was under way has taken its time.
  const wait = { sinceMs: performance.now(), withinMs: stage.limits.toldMs, everyMs: tellEveryMs };
  await until(stage, wait, async () => {
    const status = await readStatus(stage);
    if (status === null) return false;
    const last = textOf(join(stage.checkout.labDir, 'session.log')).slice(-lastLength);
    if (victim.kind === 'replica') telling = isReplicaTold(status, name, struck.pid ?? 0) ? 'told' : 'silent';
    else if (isReplaced()) telling = 'replaced';
    else telling = isPartTold(status, name, last) ? 'told' : 'silent';
    return telling !== 'silent';
  });
  return telling;
}

/** Null where it is not asked: another victim, or a lab that has nothing to guard any more. */
async function untilGuardian(
  stage: Stage,
  scene: Scene,
  round: Round,
  struck: Struck,
): Promise<number | 'never' | null> {
  if (round.victim.kind !== 'guardian' || !struck.wasHit) return null;
  const wait = { sinceMs: struck.atMs, withinMs: 2 * stage.limits.guardianMs };
  const isOver = (): boolean => scene.command?.hasEnded() === true && stage.session === null;
  let hasCome = false;
  const afterMs = await until(stage, wait, () => {
    hasCome = guardianOf(struck.run) !== null;
    return hasCome || isOver();
  });
  if (afterMs === null) return 'never';
  return hasCome ? afterMs : null;
}
