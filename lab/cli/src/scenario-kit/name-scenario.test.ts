import { describe, expect, test } from 'vitest';
import { type NameRequest, nameScenario } from './name-scenario.ts';

const taken = {
  scenarios: ['cache-stale-price', 'index.ts', 'jobs-double-charge', 'shared'],
  lessons: ['caching', 'cache-old-lesson', 'jobs'],
};

function name(id: string | undefined, options: Partial<NameRequest> = {}) {
  return nameScenario({ id, family: undefined, title: undefined, taken, ...options });
}

/** What a refusal says, and what helps. */
function refusal(id: string | undefined, options: Partial<NameRequest> = {}): string {
  try {
    name(id, options);
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return `${code} ${message} ${hint}`;
  }
  throw new Error(`${id} was not refused.`);
}

test('family and title are taken from the id', () => {
  expect(name('cache-late-covers')).toEqual({ id: 'cache-late-covers', family: 'cache', title: 'Late covers' });
});

test('a family and a title may be named', () => {
  const named = name('jobs-2-clocks', { family: 'jobs', title: ' Two clocks, one order ' });
  expect(named).toEqual({ id: 'jobs-2-clocks', family: 'jobs', title: 'Two clocks, one order' });
});

describe('refused is', () => {
  test('no id at all, with an example', () => {
    expect(refusal(undefined)).toMatch(/^E_SCENARIO_NAME .+ npx lab scenario new cache-/);
  });

  test.each([
    ['capitals', 'Cache-late'],
    ['an underscore', 'cache_late'],
    ['one word', 'cache'],
    ['a hyphen at the end', 'cache-'],
    ['two hyphens', 'cache--late'],
    ['a path', 'cache-late/../x'],
    ['a path that climbs', '../cache-late'],
    ['more than 60 characters', `cache-${'x'.repeat(55)}`],
  ])('an id with %s', (_what, id) => {
    expect(refusal(id)).toMatch(/^E_SCENARIO_NAME .+ is no id for a scenario/);
  });

  test('an id whose first word is nearly a family, with the one that is meant', () => {
    expect(refusal('cach-late')).toContain('Did you mean cache-late?');
  });

  test('an id whose first word is no family, with those that there are', () => {
    expect(refusal('tea-is-cold')).toContain('migrations, cache, limits, jobs, uploads');
  });

  test('an unknown family, with the one that is meant', () => {
    expect(refusal('cache-late', { family: 'cahce' })).toContain('Did you mean --family cache?');
  });

  test('an id without the family that was named, with one that has it', () => {
    expect(refusal('late-covers', { family: 'cache' })).toContain('Did you mean cache-late-covers?');
  });

  test('a scenario that is there', () => {
    expect(refusal('cache-stale-price')).toMatch(/^E_SCENARIO_EXISTS scenarios\/cache-stale-price is there already/);
  });

  test('a lesson that is there', () => {
    expect(refusal('cache-old-lesson')).toMatch(/^E_SCENARIO_EXISTS lessons\/cache-old-lesson is there already/);
  });

  test.each(['cache-stale', 'cache-stale-price-again'])('%s, which begins as another id does', (id) => {
    expect(refusal(id)).toMatch(/^E_SCENARIO_EXISTS .+ begin alike/);
  });

  test.each([
    ['empty', ' '],
    ['of two lines', 'One\ntwo'],
    ['too long', 'x'.repeat(81)],
  ])('a title that is %s', (_what, title) => {
    expect(refusal('cache-late', { title })).toMatch(/^E_OPTION --title/);
  });
});

test('an id that only shares letters with another one is free', () => {
  expect(name('cache-stale-prices').id).toBe('cache-stale-prices');
});
