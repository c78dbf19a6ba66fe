import { readFile } from 'node:fs/promises';
import { EnvironmentError } from '@lab/sdk';
import { z } from 'zod';
import { identityOf, isAlive } from '../../machine/proc.ts';
import { isWhole, parseJson, parseStatus, type Status } from '../judge/telling.ts';
import type { EndedCommand } from './lab-command.ts';
import { type PracticeSession, runLab, type Stage, until } from './stage.ts';

/** Enough to see that the load goes on; the rest of the machine is for the kills. */
const rate = '40';
const startLimitMs = 120_000;
const statusLimitMs = 10_000;
const wholeWithinMs = 8_000;
const roundsMax = 8;

const startedSchema = z.object({ labPid: z.number(), edit: z.array(z.string()) });

/** Arguments of `lab start`. */
export function startArguments(scenario: string, how: { readonly isForeground: boolean }): readonly string[] {
  return ['start', scenario, '--no-input', '--rate', rate, ...(how.isForeground ? [] : ['--detach', '--json'])];
}

/** The session of this scenario, whole; another one is ended. Throws when none can be had. */
export async function ensureSession(stage: Stage, scenario: string): Promise<PracticeSession> {
  const { session } = stage;
  if (session !== null && session.scenario === scenario && session.roundsPlayed < roundsMax) {
    session.roundsPlayed += 1;
    if (await becomesWhole(stage)) return session;
  }
  await leaveSession(stage);
  const ended = await startSession(stage, scenario);
  if (stage.session !== null) return stage.session;
  throw new EnvironmentError('E_NO_SESSION', {
    message: `lab start ${scenario} ended with exit code ${ended.exitCode}: ${lastLine(ended)}`,
    hint: 'npx lab doctor --verbose',
  });
}

/** Runs `lab start --detach`; the stage has the session when it stands. */
export async function startSession(stage: Stage, scenario: string): Promise<EndedCommand> {
  const ended = await runLab(stage, startArguments(scenario, { isForeground: false }), startLimitMs);
  await adoptSession(stage, scenario, ended);
  return ended;
}

/** Takes the session that this `lab start --detach --json` has left running. */
export async function adoptSession(stage: Stage, scenario: string, ended: EndedCommand): Promise<void> {
  const started = startedSchema.safeParse(parseJson(ended.out));
  const lab = started.success ? identityOf(started.data.labPid) : null;
  const file = started.success ? started.data.edit[0] : undefined;
  if (lab === null || file === undefined) return;
  if (ended.exitCode === 0) stage.lengths.set(`start ${scenario}`, ended.tookMs);
  const former = stage.session?.file === file ? stage.session.original : null;
  const original = former ?? (await readFile(file, 'utf8')).replace(savedLine, '');
  stage.session = { scenario, lab, file, original, roundsPlayed: 0 };
}

/** What a save of ours adds. */
export function savedText(original: string, round: number): string {
  return `${original}\nexport const savedInRound${round} = true;\n`;
}

const savedLine = /\nexport const savedInRound\d+ = true;\n$/;

/** Ends the session that runs, if there is one. */
export async function leaveSession(stage: Stage): Promise<void> {
  if (stage.session !== null) await endSession(stage);
}

/** `lab stop`, whether or not a session runs. */
export async function endSession(stage: Stage): Promise<EndedCommand> {
  stage.session = null;
  return await runLab(stage, ['stop', '--json']);
}

export async function readStatus(stage: Stage): Promise<Status | null> {
  const { out } = await runLab(stage, ['status', '--json'], statusLimitMs);
  return parseStatus(out);
}

/** The end of what a command said, in one line. */
export function lastLine({ out, err }: Pick<EndedCommand, 'out' | 'err'>): string {
  const lines = (err.trim() === '' ? out : err).trim().split('\n');
  return lines.slice(-2).join(' ').slice(-300).trim();
}

async function becomesWhole(stage: Stage): Promise<boolean> {
  const options = { sinceMs: performance.now(), withinMs: wholeWithinMs, everyMs: 200 };
  const waited = await until(stage, options, async () => {
    const status = stage.session !== null && isAlive(stage.session.lab) ? await readStatus(stage) : null;
    return status === null || isWhole(status);
  });
  return waited !== null && stage.session !== null && isAlive(stage.session.lab);
}
