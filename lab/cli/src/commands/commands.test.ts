import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GradeOptions, GradeRun } from '@lab/runner';
import { SubmissionError } from '@lab/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, gradeRun, runFake } from '../testing/fake-services.ts';
import { createTestIo } from '../testing/test-io.ts';

let lab: FakeLab;

/** A grade whose findings name one operation. */
function recordedGrade(options: GradeOptions): GradeRun {
  const made = gradeRun(options);
  const detail = { replicas: 'api-1', dependency: 'redis-cache' };
  const experiment = { attempt: 1, reached: true, startMs: 1_000, endMs: 2_000, keys: [], facts: {} };
  return {
    ...made,
    evidence: {
      ...made.evidence,
      history: [
        {
          id: 7,
          client: 'guest',
          kind: 'read',
          view: 'cup',
          replica: 'api-1',
          key: 'kettle',
          value: 20,
          startMs: 1_250,
          endMs: 1_275,
          outcome: 'ok',
          status: 200,
        },
      ],
      timeline: [
        { atMs: 1_200, event: 'fault', name: 'link-cut', state: 'on', detail },
        { atMs: 1_300, event: 'fault', name: 'link-cut', state: 'off', detail },
      ],
      experiments: [{ experiment: 'pour', ...experiment }],
    },
  };
}

beforeEach(async () => {
  lab = await createFakeLab();
});

describe('lab hint', () => {
  test('goes up one rung each time and remembers', async () => {
    expect((await runFake(lab, 'hint')).out).toContain('Hint 1 of 2  Look at the kettle.');
    const second = await runFake(lab, 'hint');
    expect(second.out).toContain('Hint 2 of 2  Boil the water.');
    expect(second.out).toContain('That was the last one.');
  });

  test('--list shows what was seen and takes no rung', async () => {
    expect((await runFake(lab, 'hint --list')).out).toContain('You have seen no hint; 2 are there.');
    expect(JSON.parse((await runFake(lab, 'hint --json')).out)).toMatchObject({ seen: 1, remaining: 1 });
  });

  test('--level shows all up to it', async () => {
    expect(JSON.parse((await runFake(lab, 'hint --level 2 --json')).out).hints).toHaveLength(2);
  });

  test('a level that is not there exits 64', async () => {
    expect((await runFake(lab, 'hint --level 3')).exit).toBe(64);
  });

  test('a damaged progress file begins anew', async () => {
    await mkdir(lab.labDir, { recursive: true });
    await writeFile(join(lab.labDir, 'progress.json'), '{');
    expect((await runFake(lab, 'hint')).exit).toBe(0);
  });
});

describe('lab reset', () => {
  test('without a terminal and without --yes exits 64 and resets nothing', async () => {
    const { exit, err } = await runFake(lab, 'reset --no-input');
    expect(exit).toBe(64);
    expect(err).toContain('npx lab reset stale-tea --yes');
    expect(lab.calls).not.toContain('reset');
  });

  test('--yes resets and says how to get the work back', async () => {
    const { out } = await runFake(lab, 'reset --yes');
    expect(out).toContain('refs/brownout/backup-1');
    expect(lab.calls).toContain('reset');
  });

  test.each([
    ['y\n', true],
    ['n\n', false],
    ['\n', false],
  ])('on a terminal the answer %j decides', async (answer, isReset) => {
    const io = createTestIo({ isTTY: true });
    io.input.write(answer);
    await runFake(lab, 'reset', io);
    expect(lab.calls.includes('reset')).toBe(isReset);
  });
});

describe('lab alone', () => {
  test('with no workspace yet the next command is lab start', async () => {
    await rm(join(lab.labDir, 'workspace'), { recursive: true });
    expect((await runFake(lab, '')).out).toContain('Next: npx lab start  begins the first scenario.');
  });

  test('with a workspace it goes on there', async () => {
    expect((await runFake(lab, '')).out).toContain('Next: npx lab start stale-tea');
  });
});

describe('lab run', () => {
  test('list shows verdicts, newest first', async () => {
    await runFake(lab, 'grade --seed 2');
    await runFake(lab, 'grade --seed 3');
    const { runs } = JSON.parse((await runFake(lab, 'run list --json')).out);
    expect(runs.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['failed', 'passed']);
  });

  test('an unknown run exits 64', async () => {
    expect((await runFake(lab, 'run show 2099')).exit).toBe(64);
  });

  test('a run is found by the end of its id', async () => {
    await runFake(lab, 'grade --seed 2');
    expect((await runFake(lab, 'run show 000001-0000')).exit).toBe(0);
  });

  test('show tells the report, the timeline, and the operations that the findings name', async () => {
    lab = await createFakeLab({ grade: recordedGrade });
    await runFake(lab, 'grade --seed 3');
    const { exit, out } = await runFake(lab, 'run show 0000');
    expect(exit).toBe(0);
    expect(out).toContain('FAILED ✗');
    expect(out).toMatch(/1\.00–2\.00 +pour: Pour it; ✗ TEA_COLD/);
    expect(out).toMatch(/1\.20–1\.30 +link-cut: api-1 → redis-cache/);
    expect(out).toMatch(/ 7 {2}guest {3}read {2}api-1 {4}cup {3}20 {5}1\.250–1\.275 {2}ok 200/);
    const shown = JSON.parse((await runFake(lab, 'run show 0000 --json')).out);
    expect(shown).toMatchObject({ report: { verdict: 'failed' }, operations: [{ operations: [{ id: 7 }] }, {}] });
  });

  test('show of code that was rejected says that there is no timeline', async () => {
    lab = await createFakeLab({
      grade: () => {
        throw new SubmissionError('E_BOOT_EXITED', { stage: 'boot', message: 'It ended.' });
      },
    });
    await runFake(lab, 'grade');
    const { exit, out } = await runFake(lab, 'run show 0000');
    expect(exit).toBe(0);
    expect(out).toContain('REJECTED');
    expect(out).toContain('it has no timeline');
    expect(JSON.parse((await runFake(lab, 'run show 0000 --json')).out)).toMatchObject({ timeline: null });
  });

  test('show of a run of lab verify names its grades, and shows each', async () => {
    await runFake(lab, 'verify --variant broken');
    const several = await runFake(lab, 'run show 0000');
    expect(several.exit).toBe(64);
    const [, name] = /npx lab run show (\S+)/.exec(several.err) ?? [];
    expect(name).toMatch(/^20260101-000001-0000\/broken-\d+$/);
    expect((await runFake(lab, `run show ${name}`)).exit).toBe(0);
    expect((await runFake(lab, `run show ${name}0`)).err).toContain(`Did you mean ${name}?`);
  });
});

describe('lab logs', () => {
  test('shows the last lines of every replica', async () => {
    const logs = join(lab.labDir, 'runs', '20260101-000001-0000', 'logs');
    await mkdir(logs, { recursive: true });
    await writeFile(join(logs, 'api-1.log'), 'one\ntwo\nthree\n');
    await writeFile(join(logs, 'postgres.log'), 'ready\n');
    const { out } = await runFake(lab, 'logs --lines 2');
    expect(out).toBe('two\nthree\n');
  });

  test('an unknown part exits 64 and names the known ones', async () => {
    const logs = join(lab.labDir, 'runs', '20260101-000001-0000', 'logs');
    await mkdir(logs, { recursive: true });
    await writeFile(join(logs, 'api-1.log'), '');
    const { exit, err } = await runFake(lab, 'logs kettle');
    expect(exit).toBe(64);
    expect(err).toContain('api-1');
  });

  test('of a run in which no replica has begun says so', async () => {
    await mkdir(join(lab.labDir, 'runs', '20260101-000001-0000', 'logs'), { recursive: true });
    const { exit, out, err } = await runFake(lab, 'logs');
    expect([exit, out]).toEqual([0, '']);
    expect(err).toContain('no replica has printed anything');
  });

  test('with no run exits 64', async () => {
    expect((await runFake(lab, 'logs')).exit).toBe(64);
  });
});

test('lab stop with nothing running exits 0', async () => {
  const { exit, out } = await runFake(lab, 'stop');
  expect(exit).toBe(0);
  expect(out).toBe('Nothing is running.\n');
});

test('lab doctor with all well is one line', async () => {
  const { out } = await runFake(lab, 'doctor');
  expect(out.trimEnd().split('\n').at(-1)).toMatch(/^All \d+ checks are fine\.$/);
});

test('lab list keeps its answer until a source changes', async () => {
  await runFake(lab, 'list');
  const kept = JSON.parse(await readFile(join(lab.labDir, 'catalogue.json'), 'utf8'));
  await writeFile(join(lab.labDir, 'catalogue.json'), JSON.stringify({ ...kept, entries: [] }));
  expect((await runFake(lab, 'list')).out).toBe('');
  await writeFile(join(lab.repoRoot, 'scenarios', 'stale-tea', 'scenario.ts'), '');
  expect((await runFake(lab, 'list')).out).toContain('stale-tea');
});

test('lab list answers where its answer cannot be kept', async () => {
  await mkdir(join(lab.labDir, 'catalogue.json'));
  const { exit, out } = await runFake(lab, 'list');
  expect(exit).toBe(0);
  expect(out).toContain('stale-tea');
  expect((await readdir(lab.labDir)).filter((name) => name.startsWith('catalogue'))).toEqual(['catalogue.json']);
});

test('lab scenario new without an id is refused with an example', async () => {
  const { exit, err } = await runFake(lab, 'scenario new');
  expect(exit).toBe(64);
  expect(err).toContain('Try: npx lab scenario new cache-late-covers');
});

describe('lab scenario refit', () => {
  test.each([
    ['', 'refit'],
    [' --dry-run', 'refit dryRun'],
    [' --keep-conflicts', 'refit keepConflicts'],
  ])('%s reaches the workspace', async (option, call) => {
    expect((await runFake(lab, `scenario refit${option}`)).exit).toBe(0);
    expect(lab.calls).toContain(call);
  });

  test('a dry run is said to be one', async () => {
    expect((await runFake(lab, 'scenario refit --dry-run')).err).toContain('Nothing is written');
    expect(JSON.parse((await runFake(lab, 'scenario refit --dry-run --json')).out)).toMatchObject({ dryRun: true });
  });
});

describe('lab fault without a session', () => {
  test('lists every fault and says that a session is needed', async () => {
    const { exit, out, err } = await runFake(lab, 'fault list');
    expect(exit).toBe(0);
    expect(out).toContain('link-latency  Answers of a dependency come late');
    expect(out).toContain('not available: start a session');
    expect(err).toContain('npx lab start');
  });

  test.each(['fault on link-down --target all:postgres', 'fault off'])('"lab %s" exits 64', async (line) => {
    const { exit, err } = await runFake(lab, line);
    expect(exit).toBe(64);
    expect(err).toContain('npx lab start');
  });

  test('a slip in the name is found first', async () => {
    expect((await runFake(lab, 'fault on link-latncy')).err).toContain('Did you mean link-latency?');
  });
});
