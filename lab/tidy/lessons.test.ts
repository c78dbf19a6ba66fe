import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { expect, test } from 'vitest';
import { anchorsOf } from './links.ts';
import { repoRoot } from './source-files.ts';

test.each(listScenarioIds())('the lesson of %s has a section for each check', async (id) => {
  const { lesson, checks } = await loadScenario(id);
  const anchors = anchorsOf(await readFile(join(repoRoot, lesson, 'index.md'), 'utf8'));
  const expected = checks.map((check) => `${lesson}#${check.id.slice(id.length + 1)}`);
  expect(checks.map((check) => check.lesson)).toEqual(expected);
  expect(expected.filter((section) => !anchors.includes(section.slice(lesson.length + 1)))).toEqual([]);
});
