import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheStampede, invalidationRace, presetSetting, rateLimiting, retries } from '@lab/simulators';
import { expect, test } from 'vitest';

const repoRoot = join(import.meta.dirname, '..', '..', '..');
const simulators = [rateLimiting, cacheStampede, invalidationRace, retries];

/** What a simulator names for every value that A can have. */
function commandsOf(simulator: (typeof simulators)[number]): string[] {
  const begin = presetSetting(simulator, simulator.presets[0], 1);
  const values = Object.entries(simulator.side).flatMap(([name, parameter]) => {
    const all = parameter.kind === 'choice' ? Object.keys(parameter.options) : [parameter.min, parameter.max];
    return all.map((value) => ({ ...begin.a, [name]: value }));
  });
  return values.flatMap((a) => simulator.run({ ...begin, a }).commands.map(({ command }) => command));
}

const all = [...new Set(simulators.flatMap(commandsOf))].sort();

test.each(all)('%s is a command of the lab, of a scenario and a variant that are there', (command) => {
  const named = /^npx lab (?<verb>[a-z]+) (?<scenario>[a-z-]+)(?: --variant (?<variant>[a-z/-]+))?$/.exec(
    command,
  )?.groups;
  expect(existsSync(join(repoRoot, 'lab', 'cli', 'src', 'commands', `${named?.['verb']}.ts`))).toBe(true);
  const scenario = join(repoRoot, 'scenarios', named?.['scenario'] ?? '');
  expect(existsSync(join(scenario, 'scenario.ts'))).toBe(true);
  const variant = named?.['variant'] ?? 'reference';
  expect(variant === 'reference' || existsSync(join(scenario, variant))).toBe(true);
});

test('each of the scenarios that a simulator is about is named', () => {
  const scenarios = new Set(all.map((command) => command.split(' ')[3]));
  expect([...scenarios].sort()).toEqual([
    'cache-stale-price',
    'cache-stampede',
    'jobs-double-charge',
    'jobs-retry-storm',
    'limits-store-down',
    'limits-three-replicas',
  ]);
});
