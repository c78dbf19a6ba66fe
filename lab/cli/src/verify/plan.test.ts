import type { Proof } from '@lab/judge';
import { describe, expect, test } from 'vitest';
import { type Candidate, type PlanOptions, planRuns } from './plan.ts';

const names = ['reference', 'broken', 'mutants/a', 'mutants/b', 'mutants/c', 'solutions/d'];
const candidates = names.map(
  (name): Candidate => ({ name, declaration: 'reference', checks: undefined, inputsHash: 'now' }),
);

/** Each variant's last run and the inputs of it. */
function proofOf(entries: Readonly<Record<string, readonly [lastRun: string, inputsHash: string]>>): Proof {
  const counts = { runs: 1, inconclusive: 0 };
  const all = Object.entries(entries).map(([name, [lastRun, inputsHash]]) => [
    name,
    { inputsHash, lastRun, idle: counts },
  ]);
  return { entries: Object.fromEntries(all) } as Proof;
}

function order(change: Partial<PlanOptions>): readonly string[] {
  const options = {
    proof: proofOf({}),
    runs: 2,
    changedOnly: false,
    machine: 'idle',
    fresh: false,
    store: true,
  } as const;
  return planRuns(candidates, { ...options, random: () => 0.5, ...change }).map(({ name }) => name);
}

const ofAll = proofOf({
  reference: ['5', 'now'],
  broken: ['6', 'now'],
  'mutants/a': ['3', 'now'],
  'mutants/b': ['1', 'before'],
  'mutants/c': ['2', 'now'],
  'solutions/d': ['4', 'now'],
});

describe('what a short budget proves', () => {
  test('is reference and broken, then what is unproven, then what was proven longest ago', () => {
    expect(order({ proof: ofAll })).toEqual([
      'reference',
      'broken',
      'mutants/b',
      'mutants/c',
      'mutants/a',
      'solutions/d',
    ]);
  });

  test('is the same order when stored runs do not count', () => {
    expect(order({ proof: ofAll, fresh: true, runs: 1 })).toEqual(order({ proof: ofAll }));
    expect(order({ proof: ofAll, runs: 1 })).toEqual(['mutants/b']);
  });

  test('is chance where nothing is stored, except for what is unproven', () => {
    const chances = [0.1, 0.2, 0.9, 0.8, 0.7, 0.6];
    const found = order({ proof: ofAll, store: false, random: () => chances.shift() ?? 0 });
    expect(found).toEqual(['reference', 'broken', 'mutants/b', 'solutions/d', 'mutants/c', 'mutants/a']);
  });
});
