import { emptyProof, type ProofEntry } from '@lab/judge';
import { expect, test } from 'vitest';
import { verdictFigures } from './read-verdicts.ts';

const how = 'proof.json';
const times = { p50: 1, p95: 1, max: 1, samples: [] };

function entry(change: Partial<ProofEntry>): ProofEntry {
  return {
    inputsHash: 'hash',
    runs: 0,
    idle: { runs: 0, inconclusive: 0, gradeMs: times },
    busy: { runs: 0, inconclusive: 0, gradeMs: times },
    verdicts: { passed: 0, failed: 0, inconclusive: 0, rejected: 0 },
    checks: {},
    repeats: 0,
    wrong: [],
    machine: { platform: 'test', cores: 2, memoryGiB: 4, node: 'v24' },
    lastRun: '',
    ...change,
  };
}

test('without a proof there is nothing to tell, and nothing is missed', () => {
  expect(verdictFigures('stale-tea', emptyProof(), how)).toMatchObject([
    { row: 'verdicts', of: 'stale-tea', measured: null, held: null, note: 'no proof stored' },
  ]);
});

test('wrong verdicts and inconclusive runs are counted over all variants, idle and busy apart', () => {
  const wrong = [{ seed: 7, run: 'r', machine: 'busy', why: 'passed' }] as const;
  const entries = {
    reference: entry({ runs: 150, idle: { runs: 150, inconclusive: 3, gradeMs: times } }),
    broken: entry({ runs: 20, busy: { runs: 20, inconclusive: 5, gradeMs: times }, wrong: [...wrong] }),
  };
  expect(verdictFigures('stale-tea', { schema: 'lab.proof/1', entries }, how)).toMatchObject([
    {
      of: 'stale-tea, wrong',
      measured: 1,
      held: false,
      note: '170 runs of 2 variants, 150 of them of the reference. seed 7 (busy): passed',
    },
    { of: 'stale-tea, inconclusive, idle', measured: 2, held: false, note: '3 of 150 runs.' },
    { of: 'stale-tea, inconclusive, busy', measured: 25, held: null },
  ]);
});
