import { SubmissionError, type UnexpectedExit } from '@lab/sdk';
import { describe, expect, test } from 'vitest';
import type { CodeVersion } from './code-versions.ts';
import type { CodeProblem } from './problem.ts';
import { createRollout, type RolloutEvents } from './rollout.ts';

const names = ['api-1', 'api-2', 'api-3'] as const;

/** A testbed that boots every version except those in `broken`. */
function setUp(backoffMs: readonly number[] = [0, 0]) {
  const calls: string[] = [];
  const said: string[] = [];
  const problems: (CodeProblem | null)[] = [];
  const listeners = new Set<(exit: UnexpectedExit) => void>();
  const broken = new Set<string>();
  const versions = new Map<string, CodeVersion>();
  let saved = 'v1';
  let onReplace = async (_name: string): Promise<void> => undefined;
  const bootError = (dir: string): SubmissionError =>
    new SubmissionError('E_BOOT_EXITED', {
      stage: 'boot',
      message: `SyntaxError in ${dir}`,
      location: { file: 'src/a.ts', line: 3 },
    });
  const events: RolloutEvents = {
    replaced: (name) => said.push(`${name} replaced`),
    rolledOut: (paths) => said.push(`rolled out ${paths.join(' ')}`),
    problem: (problem) => problems.push(problem),
    crashed: (problem, restart) =>
      said.push(`${problem.replica} crashed, ${restart === null ? 'given up' : 'restarting'}`),
    failed: (error) => said.push(`failed ${String(error)}`),
  };
  const rollout = createRollout({
    testbed: {
      bootReplicas: async (dir) => {
        calls.push(`boot all ${dir}`);
        if (broken.has(dir)) throw bootError(dir);
      },
      replaceReplica: async (name, dir) => {
        calls.push(`${name} ${dir}`);
        await onReplace(name);
        if (broken.has(dir)) throw bootError(dir);
      },
      onReplicaExit: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    names,
    versions: {
      take: async () => {
        const version = versions.get(saved) ?? { codeDir: saved, hash: saved };
        versions.set(saved, version);
        return version;
      },
      keepOnly: async (inUse) => void calls.push(`keep ${[...new Set(inUse.map(({ hash }) => hash))].join(' ')}`),
    },
    events,
    prepare: async (dir) => void calls.push(`prepare ${dir}`),
    backoffMs,
  });
  const crash = (part: string): void => {
    const exit = {
      part,
      atMs: 0,
      exitCode: 1,
      signal: null,
      tail: ['TypeError: no tea', `    at x (v1/src/b.ts:9:1)`],
    };
    for (const listener of listeners) listener(exit);
  };
  const save = async (version: string, path = 'src/a.ts'): Promise<void> => {
    saved = version;
    rollout.changed([path]);
    await rollout.settled();
  };
  return {
    rollout,
    calls,
    said,
    problems,
    broken,
    listeners,
    crash,
    save,
    duringReplace: (action: (name: string) => Promise<void>) => {
      onReplace = action;
    },
    setSaved: (version: string) => {
      saved = version;
    },
  };
}

describe('a save', () => {
  test('goes to the replicas one after the other', async () => {
    const { rollout, calls, said, save } = setUp();
    expect(await rollout.first()).toBe(true);
    await save('v2');
    expect(calls).toEqual(['prepare v1', 'boot all v1', 'api-1 v2', 'api-2 v2', 'api-3 v2', 'keep v2']);
    expect(said.at(-1)).toBe('rolled out src/a.ts');
  });

  test('that changes nothing that runs restarts nothing', async () => {
    const { rollout, calls, save } = setUp();
    await rollout.first();
    await save('v1', 'README.md');
    expect(calls.filter((call) => call.startsWith('api-'))).toEqual([]);
  });

  test('that does not boot stops at the first replica, and says where', async () => {
    const { rollout, calls, problems, broken, save } = setUp();
    await rollout.first();
    broken.add('v2');
    await save('v2');
    expect(calls.filter((call) => call.startsWith('api-'))).toEqual(['api-1 v2']);
    expect(problems.at(-1)).toMatchObject({ replica: 'api-1', file: 'src/a.ts', line: 3 });
  });

  test('that mends a broken one reaches every replica', async () => {
    const { rollout, calls, problems, broken, save } = setUp();
    await rollout.first();
    broken.add('v2');
    await save('v2');
    await save('v3');
    expect(calls.slice(-4)).toEqual(['api-1 v3', 'api-2 v3', 'api-3 v3', 'keep v3']);
    expect(problems.at(-1)).toBeNull();
  });

  test('that takes a broken one back restarts only the replica that is down', async () => {
    const { rollout, calls, broken, save } = setUp();
    await rollout.first();
    broken.add('v2');
    await save('v2');
    await save('v1');
    expect(calls.slice(-2)).toEqual(['api-1 v1', 'keep v1']);
  });

  test('during a rollout ends it, and goes to every replica', async () => {
    const { rollout, calls, duringReplace, setSaved } = setUp();
    await rollout.first();
    duringReplace(async (name) => {
      if (name !== 'api-1') return;
      duringReplace(async () => undefined);
      setSaved('v3');
      rollout.changed(['src/b.ts']);
    });
    setSaved('v2');
    rollout.changed(['src/a.ts']);
    await rollout.settled();
    expect(calls.filter((call) => call.startsWith('api-'))).toEqual(['api-1 v2', 'api-1 v3', 'api-2 v3', 'api-3 v3']);
  });

  test('of many files is one rollout', async () => {
    const { rollout, calls, said, setSaved } = setUp();
    await rollout.first();
    setSaved('v2');
    for (const path of ['src/a.ts', 'src/b.ts', 'src/c.ts']) rollout.changed([path]);
    await rollout.settled();
    expect(calls.filter((call) => call.startsWith('api-'))).toHaveLength(3);
    expect(said.at(-1)).toBe('rolled out src/a.ts src/b.ts src/c.ts');
  });

  test('of a migration makes the database fresh first', async () => {
    const { rollout, calls, save } = setUp();
    await rollout.first();
    await save('v2', 'migrations/0002_more.sql');
    expect(calls.slice(2, 4)).toEqual(['prepare v2', 'api-1 v2']);
  });
});

describe('code that does not boot at the start', () => {
  test('is told, and booted when it is mended', async () => {
    const { rollout, calls, problems, broken, save } = setUp();
    broken.add('v1');
    expect(await rollout.first()).toBe(false);
    expect(problems.at(-1)).toMatchObject({ replica: null, code: 'E_BOOT_EXITED' });
    await save('v2');
    expect(calls.slice(-4)).toEqual(['api-1 v2', 'api-2 v2', 'api-3 v2', 'keep v2']);
  });
});

describe('a crash', () => {
  test('restarts the replica with the code it ran', async () => {
    const { rollout, calls, said, crash } = setUp();
    await rollout.first();
    crash('api-2');
    await expect.poll(() => calls).toContain('api-2 v1');
    expect(said[0]).toBe('api-2 crashed, restarting');
  });

  test('that comes again and again is given up until the next save', async () => {
    const { rollout, said, calls, crash, save } = setUp();
    await rollout.first();
    for (const count of [1, 2]) {
      crash('api-2');
      await expect.poll(() => calls.filter((call) => call === 'api-2 v1')).toHaveLength(count);
      await rollout.settled();
    }
    crash('api-2');
    expect(said.at(-1)).toBe('api-2 crashed, given up');
    await save('v2');
    expect(calls).toContain('api-2 v2');
  });

  test('while the lab replaces that replica is not one', async () => {
    const { rollout, said, crash, duringReplace, save } = setUp();
    await rollout.first();
    duringReplace(async (name) => crash(name));
    await save('v2');
    expect(said.filter((line) => line.includes('crashed'))).toEqual([]);
  });
});

test('after the end nothing is listened to and nothing is told', async () => {
  const { rollout, listeners, said, problems } = setUp();
  await rollout.first();
  rollout.changed(['src/a.ts']);
  await rollout[Symbol.asyncDispose]();
  expect(listeners.size).toBe(0);
  expect(said).toEqual([]);
  expect(problems).toEqual([]);
});

test('an error that is no fault of the learner is told as the lab’s', async () => {
  const { rollout, said, duringReplace, save } = setUp();
  await rollout.first();
  duringReplace(async () => {
    throw new Error('no more processes');
  });
  await save('v2');
  expect(said).toEqual(['failed Error: no more processes']);
});
