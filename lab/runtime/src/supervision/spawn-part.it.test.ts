import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../readiness/wait-until.ts';
import { openTestRun, type TestRun } from '../testing/test-run.ts';
import { readJournal } from './journal.ts';
import { processInfo } from './process-table.ts';
import { type SpawnSpec, type Supervised, spawnPart } from './spawn-part.ts';

let run: TestRun;
beforeEach(async () => {
  run = await openTestRun();
});
afterEach(async () => {
  await run[Symbol.asyncDispose]();
});

function shell(script: string, more: Partial<SpawnSpec> = {}): Promise<Supervised> {
  return spawnPart(run.ctx, {
    part: 'sample',
    command: '/bin/sh',
    args: ['-c', script],
    env: { PATH: '/usr/bin:/bin' },
    cwd: run.ctx.runDir,
    logFile: path.join(run.ctx.runDir, 'logs', 'sample.log'),
    ...more,
  });
}

async function printedPid(child: Supervised): Promise<number> {
  await waitUntil(() => child.tail().length > 0, { what: 'a process id', withinMs: 20_000 });
  return Number(child.tail()[0]);
}

const isAlive = (pid: number): boolean => processInfo(pid) !== null;

describe('output', () => {
  test('both streams are in the log and in the tail when the part has ended', async () => {
    const child = await shell('echo out; echo err >&2');
    await child.exited;
    expect([...child.tail()].sort()).toEqual(['err', 'out']);
    expect(
      readFileSync(path.join(run.ctx.runDir, 'logs', 'sample.log'), 'utf8')
        .split('\n')
        .sort(),
    ).toEqual(['', 'err', 'out']);
  });

  test('a part that prints 40 MB is drained and its log is cut', async () => {
    const child = await shell('head -c 40000000 /dev/zero | tr "\\0" "x"');
    expect(await child.exited).toMatchObject({ exitCode: 0 });
    expect(child.outputBytes()).toBe(40_000_000);
    const log = readFileSync(path.join(run.ctx.runDir, 'logs', 'sample.log'), 'utf8');
    expect(log.length).toBeLessThan(17 * 1024 * 1024);
    expect(log.trimEnd().split('\n').at(-1)).toBe('[cut by the lab: this log has reached 16777216 bytes]');
  });

  test('standard output can be taken out of the log', async () => {
    let taken = '';
    const child = await shell('echo point; echo warning >&2', {
      onStdout: (chunk) => {
        taken += chunk.toString();
      },
    });
    await child.exited;
    expect(taken).toBe('point\n');
    expect(child.tail()).toEqual(['warning']);
  });
});

describe('exit', () => {
  test('an exit that nobody asked for says so', async () => {
    const child = await shell('exit 7');
    expect(await child.exited).toMatchObject({ exitCode: 7, signal: null, requested: false });
  });

  test('a signal from elsewhere is not a requested end', async () => {
    const child = await shell('sleep 60');
    process.kill(child.pid, 'SIGKILL');
    expect(await child.exited).toMatchObject({ exitCode: null, signal: 'SIGKILL', requested: false });
  });

  test('children that outlive their parent are killed with it', async () => {
    const child = await shell('sleep 60 & echo $!; exit 0');
    await child.exited;
    expect(isAlive(Number(child.tail()[0]))).toBe(false);
  });

  test('stop lets the part end by itself', async () => {
    const child = await shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done");
    await waitUntil(() => child.tail().includes('ready'), { what: 'the part', withinMs: 20_000 });
    expect(await child.stop()).toMatchObject({ exitCode: 3, requested: true });
  });

  test('a part that ignores SIGTERM is killed after its grace', async () => {
    const child = await shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
    await waitUntil(() => child.tail().includes('ready'), { what: 'the part', withinMs: 20_000 });
    expect(await child.stop({ graceMs: 50 })).toMatchObject({ signal: 'SIGKILL', requested: true });
  });

  test('kill takes the whole group', async () => {
    const child = await shell('sleep 60 & echo $!; wait');
    const inner = await printedPid(child);
    await child.kill();
    expect([isAlive(child.pid), isAlive(inner)]).toEqual([false, false]);
  });

  test.skipIf(process.platform !== 'linux')('kill finds a child that has left the group', async () => {
    const child = await shell("setsid sh -c 'echo $$; exec sleep 60' & wait");
    const inner = await printedPid(child);
    expect(processInfo(inner)?.group).not.toBe(child.pid);
    await child.kill();
    expect(isAlive(inner)).toBe(false);
  });

  test('stopping what has ended is harmless', async () => {
    const child = await shell('exit 0');
    const exit = await child.exited;
    expect(await child.stop()).toEqual(exit);
    expect(await child.kill()).toEqual(exit);
  });
});

describe('pause', () => {
  const COUNTING = 'sh -c "i=0; while :; do i=\\$((i+1)); echo \\$i; sleep 0.01; done" & echo $!; wait';
  const sleepMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  async function startCounting(script = COUNTING): Promise<Supervised> {
    const child = await shell(script);
    await waitUntil(() => child.tail().length > 2, { what: 'the count', withinMs: 20_000 });
    return child;
  }

  /** True when the part prints within the time. */
  async function isCounting(child: Supervised): Promise<boolean> {
    await sleepMs(30); // What is in the pipe already.
    const before = child.outputBytes();
    await sleepMs(200);
    return child.outputBytes() > before;
  }

  test('holds the whole group until it is resumed', async () => {
    const child = await startCounting();
    await child.pause();
    const inner = Number(child.tail().find((line) => Number(line) > 1000));
    expect(processInfo(child.pid)?.state).toBe('T');
    // The inner shell may be inside vfork, and the program that it starts is stopped.
    expect(processInfo(inner)?.state).toMatch(/[TD]/);
    expect(await isCounting(child)).toBe(false);
    await child.resume();
    await child.resume();
    expect(await isCounting(child)).toBe(true);
    await child.kill();
  });

  test.skipIf(process.platform !== 'linux')('holds a child that has left the group', async () => {
    const child = await startCounting(`setsid ${COUNTING}`);
    await child.pause();
    expect(await isCounting(child)).toBe(false);
    await child.resume();
    expect(await isCounting(child)).toBe(true);
    await child.kill();
  });

  test('twice is undone by one resume', async () => {
    const child = await startCounting();
    await Promise.all([child.pause(), child.pause()]);
    await child.resume();
    expect(await isCounting(child)).toBe(true);
    await child.kill();
  });

  test('overtaken by a resume leaves nothing held', async () => {
    const child = await startCounting();
    await Promise.all([child.pause(), child.resume()]);
    expect(await isCounting(child)).toBe(true);
    await child.kill();
  });

  test('does not keep a part from being killed', async () => {
    const child = await startCounting();
    await child.pause();
    expect(await child.kill()).toMatchObject({ signal: 'SIGKILL', requested: true });
  });

  test('does not keep a part from being stopped: it is asked, and goes on', async () => {
    const child = await shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done");
    await waitUntil(() => child.tail().includes('ready'), { what: 'the part', withinMs: 20_000 });
    await child.pause();
    expect(await child.stop()).toMatchObject({ exitCode: 3, requested: true });
  });

  test('of what has ended is refused, its resume is harmless', async () => {
    const child = await shell('exit 0');
    await child.exited;
    await expect(child.pause()).rejects.toMatchObject({ code: 'E_PART_ENDED' });
    await child.resume();
  });
});

describe('start', () => {
  test('a program that is not there is an error of the environment', async () => {
    await expect(shell('', { command: '/nowhere/postgres' })).rejects.toMatchObject({ code: 'E_PART_SPAWN' });
  });

  test('an aborted run starts nothing', async () => {
    run.abort(new Error('stopped'));
    await expect(shell('sleep 60')).rejects.toThrow('stopped');
  });

  test('the journal has the part before and after its start, and its end', async () => {
    const child = await shell('exit 0');
    await child.exited;
    const records = (readJournal(run.ctx.runDir) ?? []).filter((record) => 'part' in record);
    expect(records.map((record) => record.event)).toEqual(['starting', 'started', 'ended']);
    expect(records[1]).toMatchObject({ pid: child.pid, group: child.pid });
  });

  test('the environment is what was given and the marks of run and part', async () => {
    const child = await shell('env', { env: { PATH: '/usr/bin:/bin', PORT: '1' } });
    await child.exited;
    const names = child.tail().map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== 'PWD' && name !== '_' && name !== 'SHLVL').sort()).toEqual([
      'BROWNOUT_PART',
      'BROWNOUT_RUN',
      'PATH',
      'PORT',
    ]);
  });
});
