import type { Scenario } from '@lab/sdk';
import { expect, test } from 'vitest';
import { listedChecksOf, withWrongFixes } from './wrong-fixes.ts';

const scenario = {
  id: 'tea-time',
  checks: [{ id: 'tea-time/hot' }, { id: 'tea-time/sweet' }, { id: 'tea-time/soon' }],
  variants: [
    { name: 'broken', about: 'Cold.', killedBy: { 'tea-time/hot': ['COLD'] } },
    {
      name: 'mutants/warm',
      about: 'Warm is not hot.',
      killedBy: { 'tea-time/hot': ['COLD'], 'tea-time/sweet': ['SOUR'] },
    },
    { name: 'solutions/kettle', about: 'A kettle.', killedBy: {} },
  ],
} as unknown as Scenario;

const lesson = (check: string) => `<!-- wrong fixes ${check} -->\n<!-- end of wrong fixes -->\n`;
const find = (id: string) => (id === 'tea-time' ? scenario : undefined);

test('a list has the wrong fixes that the check is the first to catch, in the words of the scenario', () => {
  const filled = withWrongFixes(lesson('tea-time/hot'), find);
  expect(filled).toContain('\n- `tea-time/mutants/warm`: Warm is not hot.\n');
  expect(filled).not.toContain('Cold.');
  expect(withWrongFixes(filled, find)).toBe(filled);
  expect(listedChecksOf(filled)).toEqual(['tea-time/hot']);
});

test('a check that is never the first to catch one lists those that it catches too', () => {
  expect(withWrongFixes(lesson('tea-time/sweet'), find)).toContain('mutants/warm');
});

test('a check that is not there, or catches nothing, has no list', () => {
  expect(() => withWrongFixes(lesson('tea-time/cold'), find)).toThrow('tea-time has no check tea-time/cold.');
  expect(() => withWrongFixes(lesson('tea-time/soon'), find)).toThrow('tea-time/soon catches no wrong fix.');
});

test('a list of a scenario that is not there stays', () => {
  expect(withWrongFixes(lesson('coffee-time/hot'), find)).toBe(lesson('coffee-time/hot'));
});
