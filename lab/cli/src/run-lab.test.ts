import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, LabError } from '@lab/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, runFake } from './testing/fake-services.ts';
import { createTestIo } from './testing/test-io.ts';

let lab: FakeLab;

beforeEach(async () => {
  lab = await createFakeLab();
});

describe('usage', () => {
  test('an unknown command names the nearest one and exits 64', async () => {
    const { exit, err, out } = await runFake(lab, 'strat');
    expect(exit).toBe(64);
    expect(err).toContain('There is no command "strat".');
    expect(err).toContain('Did you mean npx lab start?');
    expect(out).toBe('');
  });

  test('an unknown scenario names the nearest one and exits 64', async () => {
    const { exit, err } = await runFake(lab, 'grade stale-te');
    expect(exit).toBe(64);
    expect(err).toContain('Did you mean stale-tea?');
  });

  test('an unknown option names the nearest one and exits 64', async () => {
    const { exit, err } = await runFake(lab, 'list --jso');
    expect(exit).toBe(64);
    expect(err).toContain('Did you mean --json?');
  });

  test('a missing argument exits 64', async () => {
    expect((await runFake(lab, 'judge')).exit).toBe(64);
  });

  test('an option that is no number exits 64 and says what it takes', async () => {
    const { exit, err } = await runFake(lab, 'grade --seed many');
    expect(exit).toBe(64);
    expect(err).toContain('--seed takes a whole number');
  });

  test('help goes to stdout and exits 0', async () => {
    const { exit, out, err } = await runFake(lab, '--help');
    expect(exit).toBe(0);
    expect(out).toContain('Exit codes:');
    expect(err).toBe('');
  });

  test.each(['start', 'grade', 'hint', 'diff', 'reset'])(
    'the help of lab %s says which scenario is meant when none is named',
    async (command) => {
      expect((await runFake(lab, `${command} --help`)).out).toMatch(/\[scenario\][\s\S]+else the first of\s+lab list/);
    },
  );

  test('global options work before and after the command', async () => {
    const before = await runFake(lab, '--json list');
    const after = await runFake(lab, 'list --json');
    expect(before.out).toBe(after.out);
    expect(JSON.parse(after.out)).toMatchObject({ schema: 'lab.list/1' });
  });
});

describe('errors', () => {
  test('an environment that is not ready exits 69 with the hint', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        throw new EnvironmentError('E_PORT_TAKEN', { message: 'Port 1 is taken.', hint: 'npx lab doctor' });
      },
    });
    const { exit, err } = await runFake(lab, 'grade');
    expect(exit).toBe(69);
    expect(err).toContain('Port 1 is taken.');
    expect(err).toContain('Try: npx lab doctor');
  });

  test('a lab that cannot start the parts exits 2', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        throw new LabError('E_TEMPLATE', { message: 'No template.' });
      },
    });
    expect((await runFake(lab, 'grade')).exit).toBe(2);
  });

  test('a bug exits 70, shows no stack and saves one', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        throw new TypeError('undefined is not a function');
      },
    });
    const { exit, err } = await runFake(lab, 'grade');
    expect(exit).toBe(70);
    expect(err).toContain('The lab has a bug: undefined is not a function');
    expect(err).not.toContain('    at ');
    expect(await readFile(join(lab.labDir, 'last-error.log'), 'utf8')).toContain('    at ');
  });

  test('--verbose shows the stack', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        throw new TypeError('boom');
      },
    });
    expect((await runFake(lab, 'grade --verbose')).err).toContain('    at ');
  });

  test('with --json the error is a document on stdout', async () => {
    const { out, exit } = await runFake(lab, 'grade nothing-like-it --json');
    expect(JSON.parse(out)).toMatchObject({
      schema: 'lab.error/1',
      error: { code: 'E_SCENARIO_UNKNOWN', exitCode: exit },
    });
  });

  test('control characters of other programs do not reach the terminal', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        throw new EnvironmentError('E_X', { message: 'before\u001b[2Jafter' });
      },
    });
    expect((await runFake(lab, 'grade')).err).toContain('beforeafter');
  });
});

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends a command with 130', async (signal) => {
    const io = createTestIo();
    lab = await createFakeLab({
      grade: async ({ signal: aborted }) => {
        io.send(signal);
        aborted.throwIfAborted();
        throw new Error('it was not told to stop');
      },
    });
    const { exit } = await runFake(lab, 'grade', io);
    expect(exit).toBe(130);
    expect(lab.calls.at(-1)).toMatch(/^end /);
  });

  test('a second Ctrl-C ends the process at once', async () => {
    const io = createTestIo();
    lab = await createFakeLab({
      grade: async () => {
        io.send('SIGINT');
        io.send('SIGINT');
        throw new Error('ended');
      },
    });
    await runFake(lab, 'grade', io);
    expect(io.exits).toEqual([130]);
  });

  test('the listeners are gone when the command has ended', async () => {
    const io = createTestIo();
    await runFake(lab, 'list', io);
    expect(io.signals).toMatchObject({ _eventsCount: 0 });
  });
});

test('--quiet leaves nothing on stderr of a command that works', async () => {
  expect((await runFake(lab, 'grade --seed 2 --quiet')).err).toBe('');
});

test('nothing is saved where nothing went wrong', async () => {
  await runFake(lab, 'list');
  await expect(stat(join(lab.labDir, 'last-error.log'))).rejects.toThrow('ENOENT');
});
