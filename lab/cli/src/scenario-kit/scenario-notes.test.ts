import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Scenario, VariantDeclaration } from '@lab/sdk';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { tinyScenario } from '../testing/tiny-scenario.ts';
import { scenarioNotes } from './scenario-notes.ts';

const tiny = tinyScenario();
let root: string;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

function variants(kind: 'mutants' | 'solutions', count: number, cheats = 0): VariantDeclaration[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${kind}/${index}` as const,
    about: '',
    cheat: index < cheats,
    killedBy: {},
  }));
}

const finished: Scenario = {
  ...tiny,
  checks: tiny.checks.map((check, index) => (index === 0 ? { ...check, id: 'stale-tea/steady-state' } : check)),
  variants: [...variants('mutants', 10, 3), ...variants('solutions', 2)],
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'brownout-notes-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await write('scenarios/stale-tea/scenario.ts', 'export {};\n');
});

test('a finished scenario has nothing left to do', async () => {
  expect(await scenarioNotes(root, finished)).toEqual([]);
});

test('what a draft lacks is counted', async () => {
  const notes = await scenarioNotes(root, tiny);
  expect(notes).toHaveLength(4);
  expect(notes[0]).toContain('no check "stale-tea/steady-state"');
  expect(notes[1]).toContain('1 mutant;');
  expect(notes[2]).toContain('no cheats');
  expect(notes[3]).toContain('1 solution beside the reference');
});

test('what the template left open is named with its line, in declaration, workload and lesson', async () => {
  await write('scenarios/stale-tea/scenario.ts', "// DRAFT: the title.\ntitle: 'Tea',\n  'DRAFT: the symptom.',\n");
  await write('scenarios/stale-tea/experiments/late.ts', '/** DRAFT: the order. */\n');
  await write('scenarios/stale-tea/workload.js', '// DRAFT: the load.\n');
  await write('lessons/tea/index.md', '# Tea\n\n<!-- DRAFT: the promise. -->\n');
  expect(await scenarioNotes(root, finished)).toEqual([
    'scenarios/stale-tea/experiments/late.ts:1: the order.',
    'scenarios/stale-tea/scenario.ts:1: the title.',
    'scenarios/stale-tea/scenario.ts:3: the symptom.',
    'scenarios/stale-tea/workload.js:1: the load.',
    'lessons/tea/index.md:3: the promise.',
  ]);
});

test('overlays are code of the service, and are not searched', async () => {
  for (const variant of ['broken', 'mutants/late', 'solutions/other']) {
    await write(`scenarios/stale-tea/${variant}/src/a.ts`, '// DRAFT: an invoice.\n');
  }
  expect(await scenarioNotes(root, finished)).toEqual([]);
});
