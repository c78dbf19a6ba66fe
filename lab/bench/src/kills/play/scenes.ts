import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Identity } from '../../machine/proc-files.ts';
import { pick } from '../draw/draws.ts';
import type { Round } from '../draw/plan.ts';
import { otherProcesses } from '../eyes/eyes.ts';
import type { Watch } from '../eyes/watch.ts';
import { parseJson } from '../judge/telling.ts';
import type { LabCommand } from './lab-command.ts';
import { ensureSession, leaveSession, savedText, startArguments } from './session.ts';
import { pause, runLab, type Stage, watchStage } from './stage.ts';

/** What is under way in the moment of a kill. */
export interface Scene {
  readonly watch: Watch;
  /** The command that is under way; it may have ended. */
  readonly command: LabCommand | null;
  /** The process that owns the run; null where there is none yet. */
  lab(): Identity | null;
  readonly note: string;
  /** When the phase began, by `performance.now()`. */
  readonly beganMs: number;
}

const startLimitMs = 120_000;
const gradeLimitMs = 120_000;
/** Until one was measured. */
const startGuessMs = 4_000;
const gradeGuessMs = 12_000;
const stopMs = 600;
const saveMs = 600;
const loadMs = 1_000;
const injectMs = 400;
const lookEveryMs = 150;

/** Brings the lab into the phase of the round, and waits for its moment. */
export async function setScene(stage: Stage, round: Round): Promise<Scene> {
  switch (round.phase) {
    case 'start':
      return await setStart(stage, round);
    case 'grade':
      return await setGrade(stage, round);
    default:
      return await setSession(stage, round);
  }
}

async function setStart(stage: Stage, round: Round): Promise<Scene> {
  const { scenario, isForeground } = round;
  await leaveSession(stage);
  if (round.isFirstStart) {
    await rm(join(stage.checkout.labDir, 'workspace', scenario), { recursive: true, force: true });
  }
  const watch = watchStage(stage);
  const beganMs = performance.now();
  const command = stage.lab(startArguments(scenario, { isForeground }), startLimitMs);
  const lengthMs = stage.lengths.get(`start ${scenario}`) ?? startGuessMs;
  await untilMoment(stage, { watch, command, ms: round.moment * lengthMs });
  const lab = (): Identity | null => (isForeground ? command.identity : (sessionProcess(stage) ?? command.identity));
  return { watch, command, lab, beganMs, note: '' };
}

async function setGrade(stage: Stage, round: Round): Promise<Scene> {
  const { scenario, number } = round;
  await leaveSession(stage);
  const watch = watchStage(stage);
  const argv = ['grade', scenario, '--variant', 'reference', '--seed', String(number), '--no-input', '--json'];
  const beganMs = performance.now();
  const command = stage.lab(argv, gradeLimitMs);
  const lengthMs = stage.lengths.get(`grade ${scenario}`) ?? gradeGuessMs;
  void command.ended.then(({ exitCode, tookMs }) => {
    if (exitCode === 0) stage.lengths.set(`grade ${scenario}`, tookMs);
  });
  await untilMoment(stage, { watch, command, ms: round.moment * lengthMs });
  return { watch, command, lab: () => command.identity, beganMs, note: '' };
}

async function setSession(stage: Stage, round: Round): Promise<Scene> {
  const session = await ensureSession(stage, round.scenario);
  const watch = watchStage(stage);
  const scene = { watch, lab: () => session.lab, beganMs: performance.now() };
  switch (round.phase) {
    case 'fault': {
      const { command, note } = await beginFault(stage, round);
      await untilMoment(stage, { watch, command, ms: round.isInjecting ? round.moment * injectMs : startLimitMs });
      return { ...scene, command, note };
    }
    case 'stop': {
      stage.session = null;
      const command = stage.lab(['stop', '--json']);
      await untilMoment(stage, { watch, command, ms: round.moment * stopMs });
      return { ...scene, command, note: '' };
    }
    case 'save':
      await writeFile(session.file, savedText(session.original, round.number));
      await untilMoment(stage, { watch, command: null, ms: round.moment * saveMs });
      return { ...scene, command: null, note: '' };
    default:
      await untilMoment(stage, { watch, command: null, ms: round.moment * loadMs });
      return { ...scene, command: null, note: '' };
  }
}

const faultsSchema = z.object({
  faults: z.array(z.object({ id: z.string(), isAvailable: z.boolean(), targets: z.array(z.string()) })),
});

async function beginFault(stage: Stage, round: Round): Promise<{ command: LabCommand | null; note: string }> {
  const listed = faultsSchema.safeParse(parseJson((await runLab(stage, ['fault', 'list', '--json'])).out));
  const faults = (listed.data?.faults ?? []).filter(({ isAvailable, targets }) => isAvailable && targets.length > 0);
  if (faults.length === 0) return { command: null, note: 'the session listed no fault' };
  const { id, targets } = pick(round.fault, faults);
  const target = pick(round.target, targets);
  const command = stage.lab(['fault', 'on', id, '--target', target]);
  return { command, note: `${round.isInjecting ? 'putting on ' : ''}${id} on ${target}` };
}

/** Looks around until the moment has come, or until the command is over: what opens late must be known too. */
async function untilMoment(
  stage: Stage,
  { watch, command, ms }: { readonly watch: Watch; readonly command: LabCommand | null; readonly ms: number },
): Promise<void> {
  const atMs = performance.now() + ms;
  for (;;) {
    watch.remember();
    const leftMs = atMs - performance.now();
    if (leftMs <= 0 || command?.hasEnded() === true) return;
    await Promise.race([pause(stage, Math.min(lookEveryMs, leftMs)), ...(command === null ? [] : [command.ended])]);
  }
}

function sessionProcess({ checkout }: Stage): Identity | null {
  const program = `${checkout.root}/lab/cli/bin/session-main.ts`;
  return otherProcesses().find(({ command }) => command.includes(program)) ?? null;
}
