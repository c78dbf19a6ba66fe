import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { naiveOverlays } from './naive-overlays.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..', '..');

function filesOf(overlay: string): readonly string[] {
  const folder = join(repoRoot, 'scenarios', overlay);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(join(folder, name)).isFile());
}

test('every overlay is there, takes the place of files of the service, and no two of the same one', () => {
  const files = naiveOverlays.flatMap(filesOf);
  expect(files.length).toBeGreaterThanOrEqual(naiveOverlays.length);
  expect(new Set(files).size).toBe(files.length);
  for (const file of files) expect(statSync(join(repoRoot, 'lab', 'service', file)).isFile()).toBe(true);
});
