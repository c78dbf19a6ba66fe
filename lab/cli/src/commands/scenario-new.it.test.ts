import { join } from 'node:path';
import { typecheckVariants } from '@lab/workspace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CopiedCheckout, copyCheckout, type ProgramResult } from '../scenario-kit/testing/copy-checkout.ts';

const id = 'uploads-new-by-a-test';
// A first compilation of three packages, on a machine that is busy.
const limitMs = 110_000;
let checkout: CopiedCheckout;
let made: ProgramResult;

const lab = (...args: readonly string[]) => checkout.run('lab/cli/bin/lab.mjs', args, limitMs);
const tool = (name: string, ...args: readonly string[]) => checkout.run(`node_modules/.bin/${name}`, args, limitMs);

function expectFine({ exit, said }: ProgramResult): void {
  expect(exit, said).toBe(0);
}

beforeAll(async () => {
  checkout = await copyCheckout();
  made = await lab('scenario', 'new', id, '--title', "It's not what I sent", '--json');
});
afterAll(() => checkout?.[Symbol.asyncDispose]());

describe('a new scenario', { timeout: limitMs + 10_000 }, () => {
  test('is made, and is known by its id from then on', async () => {
    expectFine(made);
    const { scenarios } = JSON.parse((await lab('list', '--json')).out);
    expect(scenarios).toContainEqual(
      expect.objectContaining({ id, family: 'uploads', title: "It's not what I sent", level: 'starter' }),
    );
  });

  test('is sound, and says what its author has still to do', async () => {
    const checked = await lab('scenario', 'check', id, '--json');
    expectFine(checked);
    const { problems, notes } = JSON.parse(checked.out);
    expect(problems).toEqual([]);
    expect(notes).toContainEqual(expect.stringMatching(new RegExp(`^scenarios/${id}/scenario\\.ts:\\d+: the symptom`)));
    expect(notes).toContainEqual(expect.stringContaining(`no check "${id}/steady-state"`));
  });

  test('compiles, and so does each of its variants', async () => {
    expectFine(await tool('tsc', '-b', 'scenarios'));
    const variants = await typecheckVariants({ repoRoot: checkout.root, scenarioIds: [id] });
    expect(variants).toEqual([
      { scenario: id, variant: 'broken', diagnostics: [] },
      { scenario: id, variant: 'mutants/drop-in-transaction', diagnostics: [] },
    ]);
  });

  test('is formatted and linted', async () => {
    expectFine(await tool('biome', 'ci', join('scenarios', id), join('lessons', id)));
  });

  test('has no dead code', async () => {
    expectFine(await tool('knip', '--workspace', 'scenarios'));
  });

  test('has tests that pass, and passes those of the repository', async () => {
    const files = [join('scenarios', id), 'lab/tidy'];
    // What is about every scenario at once is tested elsewhere.
    const ran = await tool('vitest', 'run', '--project', 'unit', '--project', 'tidy', '-t', '^(?!every )', ...files);
    expectFine(ran);
    expect(ran.said).toContain(`scenarios/${id}/scenario.test.ts`);
    expect(ran.said).toContain('lab/tidy/lessons.test.ts');
  });

  test('is not made a second time', async () => {
    const { exit, said } = await lab('scenario', 'new', id);
    expect([exit, said]).toEqual([64, expect.stringContaining(`scenarios/${id} is there already`)]);
  });
});
