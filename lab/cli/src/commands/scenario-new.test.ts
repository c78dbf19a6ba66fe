import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as workspace from '@lab/workspace';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { fitting } from '../testing/fits-schema.ts';

const service = resolve(import.meta.dirname, '..', '..', '..', 'service');
let lab: FakeLab;

/** Every file and folder of the checkout, but what the lab keeps for itself. */
async function everything(): Promise<readonly string[]> {
  const entries = await readdir(lab.repoRoot, { recursive: true });
  return entries.filter((path) => !path.startsWith('.lab')).sort();
}

beforeEach(async () => {
  const fake = await createFakeLab();
  lab = { ...fake, services: { ...fake.services, workspace: async () => workspace } };
  await mkdir(join(lab.repoRoot, 'lessons', 'caching'), { recursive: true });
  const books = 'src/books/update-book.ts';
  await cp(join(service, books), join(lab.repoRoot, 'lab', 'service', books));
});

test('a new scenario has declaration, workload, variants, lock and lesson', async () => {
  const { exit, out } = await runFake(lab, 'scenario new cache-late-covers');
  expect(exit).toBe(0);
  expect(await readdir(join(lab.repoRoot, 'scenarios', 'cache-late-covers'))).toEqual([
    'broken',
    'checks.ts',
    'experiments.ts',
    'hints.ts',
    'mutants',
    'overlay.lock.json',
    'scenario.test.ts',
    'scenario.ts',
    'variants.ts',
    'workload.js',
    'workload.ts',
  ]);
  expect(await readFile(join(lab.repoRoot, 'lessons', 'cache-late-covers', 'index.md'), 'utf8')).toContain(
    '<a id="saved-price-shows"></a>',
  );
  expect(out).toContain('npx lab scenario check cache-late-covers');
  expect(out).toContain('npx lab verify cache-late-covers');
});

test('its overlays are locked to the service as it is, and small enough', async () => {
  await runFake(lab, 'scenario new cache-late-covers');
  expect(await workspace.staleOverlays(lab.repoRoot, ['cache-late-covers'])).toEqual([]);
  const { broken } = await workspace.readLock(lab.repoRoot, 'cache-late-covers');
  expect(broken).toEqual({ 'src/books/update-book.ts': expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(await workspace.overlayProblems(lab.repoRoot, ['cache-late-covers'])).toEqual([]);
});

test('with --json it prints one document that fits its schema', async () => {
  const { out } = await runFake(lab, 'scenario new late-covers-of-cache --family jobs --json');
  expect(JSON.parse(out)).toMatchObject({ schema: 'lab.error/1', error: { code: 'E_SCENARIO_NAME', exitCode: 64 } });
  const made = await runFake(lab, 'scenario new jobs-late --family jobs --title Late --json');
  const document = fitting('lab.scenario-new.1', made.out);
  expect(document).toMatchObject({
    scenario: 'jobs-late',
    family: 'jobs',
    title: 'Late',
    folder: 'scenarios/jobs-late',
  });
  expect(document['next']).toHaveLength(3);
});

describe('nothing is written', () => {
  test.each([
    ['an id that is no id', 'scenario new Cache_late', 64],
    ['an unknown family', 'scenario new tea-cold', 64],
    ['a scenario that is there', 'scenario new cache-late', 64],
    ['an empty title', 'scenario new jobs-late --title=', 64],
  ])('for %s', async (_what, line, expected) => {
    await mkdir(join(lab.repoRoot, 'scenarios', 'cache-late'), { recursive: true });
    const before = await everything();
    expect((await runFake(lab, line)).exit).toBe(expected);
    expect(await everything()).toEqual(before);
  });

  test('when the service has no such file, and it is said which', async () => {
    await rm(join(lab.repoRoot, 'lab', 'service'), { recursive: true });
    const before = await everything();
    const { exit, err } = await runFake(lab, 'scenario new cache-late');
    expect([exit, err]).toEqual([2, expect.stringContaining('lab/service/src/books/update-book.ts')]);
    expect(await everything()).toEqual(before);
  });

  test('when the lesson cannot be put in its place', async () => {
    await rm(join(lab.repoRoot, 'lessons'), { recursive: true });
    await writeFile(join(lab.repoRoot, 'lessons'), 'a file');
    const before = await everything();
    const { exit, err } = await runFake(lab, 'scenario new cache-late');
    expect([exit, err]).toEqual([69, expect.stringContaining('scenarios/cache-late could not be written')]);
    expect(await everything()).toEqual(before);
  });
});
