import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { listVariants, overlayProblems, staleOverlays, typecheckVariants } from '@lab/workspace';
import { expect, test } from 'vitest';
import { repoRoot } from './source-files.ts';

const ids = listScenarioIds();

test('every overlay was made for the reference of today', async () => {
  const stale = (await staleOverlays(repoRoot)).map(
    ({ scenario, variant, path, problem }) => `${scenario}/${variant}/${path}: ${problem}`,
  );
  expect(stale, 'run: npx lab scenario refit <id>').toEqual([]);
});

test('overlays are small', async () => {
  expect(await overlayProblems(repoRoot)).toEqual([]);
});

test.each(ids)('%s declares the variants that are stored, and no others', async (id) => {
  const declared = (await loadScenario(id)).variants.map((variant) => variant.name).sort();
  expect(declared).toEqual((await listVariants(repoRoot, id)).sort());
});

test.each(ids)('%s names files that exist', async (id) => {
  const scenario = await loadScenario(id);
  const missing = scenario.startWith.filter((path) => !existsSync(join(repoRoot, 'lab', 'service', path)));
  expect(missing).toEqual([]);
  expect(existsSync(join(repoRoot, 'scenarios', id, scenario.workload.script))).toBe(true);
});

// Some ten seconds each, and on a machine that has other work several times as long.
test.each(ids)('every variant of %s compiles', { timeout: 180_000 }, async (id) => {
  const found = await typecheckVariants({ repoRoot, scenarioIds: [id] });
  expect(found.filter(({ diagnostics }) => diagnostics.length > 0)).toEqual([]);
});
