import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { ensureCacheFolder } from '@lab/runtime';
import { afterEach, expect, test } from 'vitest';
import { planRound, type Round } from './draw/plan.ts';
import { stackFacts } from './draw/stack-facts.ts';
import { otherProcesses } from './eyes/eyes.ts';
import { type Played, type PlayOptions, playRounds } from './play/play-rounds.ts';
import { guardianOf } from './play/strike.ts';

const seed = 1;
const limitMs = 180_000;
const stacks = await stackFacts('cache-stale-price');
let planted: ChildProcess | null = null;

afterEach(() => {
  planted?.kill('SIGKILL');
  planted = null;
});

/** The first round of the seed that is meant: the draw itself is played, not one made up for the test. */
function roundWhere(isMeant: (round: Round) => boolean): Round {
  for (let number = 1; number < 5_000; number += 1) {
    const round = planRound({ seed, number, stacks });
    if (!round.startsAgain && isMeant(round)) return round;
  }
  throw new RangeError('The seed has no such round.');
}

const killsLab = ({ victim }: Round): boolean =>
  victim.kind === 'lab' && victim.ending === 'SIGKILL' && victim.frozen === null;

async function play(rounds: readonly Round[], more: Partial<PlayOptions> = {}): Promise<Played> {
  return await playRounds({
    repoRoot: resolve(import.meta.dirname, '..', '..', '..', '..'),
    cacheDir: await ensureCacheFolder(process.env),
    env: process.env,
    rounds,
    signal: new AbortController().signal,
    ...more,
  });
}

function processesOfCheckouts(): string[] {
  const all = otherProcesses();
  return all.flatMap(({ command, cwd }) => (`${command}${cwd}`.includes('brownout-kills-') ? command : []));
}

test('nothing survives a kill at the start, under a fault, of a guardian and of a part', {
  timeout: limitMs,
}, async () => {
  const { rounds, atEnd } = await play([
    roundWhere(({ phase, victim }) => phase === 'load' && victim.kind === 'guardian'),
    roundWhere(({ phase, victim }) => phase === 'load' && victim.kind === 'part' && victim.part === 'k6'),
    roundWhere((round) => round.phase === 'fault' && !round.isInjecting && killsLab(round)),
    roundWhere((round) => round.phase === 'start' && !round.isForeground && killsLab(round)),
  ]);
  expect([...rounds.flatMap(({ violations }) => violations), ...atEnd]).toEqual([]);
  expect(rounds.map(({ facts: { wasHit } }) => wasHit)).toEqual([true, true, true, true]);
  const [guardian, part, fault, start] = rounds.map(({ facts }) => facts);
  expect(fault?.note).toMatch(/^[a-z-]+ on /);
  expect(guardian).toMatchObject({ labLives: true, guardianAfterMs: expect.any(Number) });
  // It is told at once, and replaced a moment later: whichever is seen first.
  expect(part).toMatchObject({ labLives: true, telling: expect.stringMatching(/^(told|replaced)$/) });
  expect([fault?.end, start?.end]).toEqual([
    { goneAfterMs: expect.any(Number), left: [] },
    { goneAfterMs: expect.any(Number), left: [] },
  ]);
  expect(processesOfCheckouts()).toEqual([]);
});

test('a round whose guardian cannot act is found out, with all that it left', { timeout: limitMs }, async () => {
  const { rounds } = await play([roundWhere((round) => round.phase === 'load' && killsLab(round))], {
    limits: { goneMs: 1_500, watchMs: 2_500 },
    onArmed: (_round, runs) => {
      const run = runs.at(-1) ?? '';
      const guardian = guardianOf(run);
      if (guardian !== null) process.kill(guardian.pid, 'SIGSTOP');
      planted = spawn('sleep', ['60'], { env: { PATH: '/usr/bin:/bin', BROWNOUT_RUN: run }, stdio: 'ignore' });
    },
  });
  const [violation] = rounds[0]?.violations ?? [];
  expect(violation).toMatchObject({ code: 'LEFT_OVER' });
  expect(violation?.message).toContain(`process ${planted?.pid} (sleep 60)`);
  expect(violation?.message).toContain('postgres');
  expect(violation?.message).toContain('a listener on port');
  expect(violation?.message).toContain(join('.lab', 'runs'));
  // What was found is cleared away as well.
  expect(processesOfCheckouts()).toEqual([]);
});
