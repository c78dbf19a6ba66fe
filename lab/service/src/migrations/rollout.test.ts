import { expect, test } from 'vitest';
import { parseRollout, readRollout } from './rollout.ts';
import { parseScript } from './script.ts';

const script = (header = '') => ({ up: parseScript(`${header}\nSELECT 1`) });
const known = {
  migrations: [
    { number: 1, ...script() },
    { number: 2, ...script() },
    { number: 3, ...script('-- needs-backfill: keys') },
  ],
  backfills: ['keys'],
};
const parse = (...steps: unknown[]) => parseRollout(JSON.stringify({ steps }), known);

const EXPAND = { kind: 'migrate', to: 2 } as const;
const DEPLOY = { kind: 'deploy' } as const;
const FILL = { kind: 'backfill', name: 'keys' } as const;
const CONTRACT = { kind: 'contract', to: 3 } as const;

test('expand, deploy, fill, contract', () => {
  expect(parse(EXPAND, DEPLOY, FILL, CONTRACT)).toEqual([EXPAND, DEPLOY, FILL, CONTRACT]);
});

test.each([
  ['no migration', [{ kind: 'migrate', to: 9 }], 'steps.0: There is no migration 9.'],
  ['no backfill', [{ kind: 'backfill', name: 'none' }], 'steps.0: There is no backfill none.'],
  ['a step back', [EXPAND, { kind: 'migrate', to: 1 }], 'steps.1: An earlier step has already gone to 2.'],
  ['contract too early', [EXPAND, FILL, CONTRACT], 'steps.2: Before the first deploy, the old version still runs'],
  ['contract unfilled', [EXPAND, DEPLOY, CONTRACT], 'steps.2: Migration 3 needs the backfill keys before it.'],
  ['an unknown kind', [{ kind: 'restart' }], 'steps.0.kind:'],
  ['a field too many', [{ kind: 'deploy', to: 3 }], 'steps.0:'],
  ['no steps', [], 'steps:'],
])('%s is refused', (_name, steps, message) => {
  expect(() => parse(...steps)).toThrow(`rollout.json cannot be used.\n  ${message}`);
});

test('what is no JSON is refused', () => {
  expect(() => parseRollout('{', known)).toThrow('rollout.json cannot be used.');
});

test('without a file, each backfill comes right before the migration that needs it, and after the deploy', async () => {
  const file = new URL('none-such.json', import.meta.url);
  const steps = await readRollout(file, known);
  expect(steps).toEqual([EXPAND, DEPLOY, FILL, CONTRACT]);
  expect(parse(...steps)).toEqual(steps);
});

test('without a file and without backfills, everything is migrated and then the new version deployed', async () => {
  const file = new URL('none-such.json', import.meta.url);
  const migrations = known.migrations.slice(0, 2);
  expect(await readRollout(file, { ...known, migrations })).toEqual([EXPAND, DEPLOY]);
  expect(await readRollout(file, { ...known, migrations: [] })).toEqual([DEPLOY]);
});
