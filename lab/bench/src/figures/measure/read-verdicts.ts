import { join } from 'node:path';
import { type Proof, readProof } from '@lab/judge';
import { emptyFigure, type Figure, figure } from '../../report/figure.ts';
import { atMost } from '../../report/goal.ts';
import { sum } from '../../report/statistics.ts';
import { attempt, type Bench } from '../bench.ts';

const inconclusivePercentMax = 1;

/** What `lab verify` has stored of each scenario; nothing is measured anew. */
export async function readVerdicts(bench: Bench): Promise<void> {
  for (const { id } of bench.scenarios) {
    const how = `scenarios/${id}/proof.json, as npx lab verify has stored it`;
    await attempt(bench, { rows: ['verdicts'], of: id, how }, async () => {
      const proof = await readProof(join(bench.repoRoot, 'scenarios', id, 'proof.json'));
      for (const verdict of verdictFigures(id, proof, how)) bench.rows.add(verdict);
    });
  }
}

/** Wrong verdicts, and the share of inconclusive runs on an idle and on a busy machine. */
export function verdictFigures(id: string, { entries }: Proof, how: string): Figure[] {
  const all = Object.values(entries);
  const row = { row: 'verdicts', how } as const;
  if (all.length === 0) return [emptyFigure({ ...row, of: id, unit: 'verdicts', note: 'no proof stored' })];
  const runs = sum(all.map((entry) => entry.runs));
  const reference = entries['reference']?.runs ?? 0;
  const wrong = all.flatMap((entry) => entry.wrong);
  const where = wrong.slice(0, 5).map(({ seed, machine, why }) => `seed ${seed} (${machine}): ${why}`);
  const note = [`${runs} runs of ${all.length} variants, ${reference} of them of the reference.`, ...where].join(' ');
  const shares = (['idle', 'busy'] as const).flatMap((machine) => {
    const counts = all.map((entry) => entry[machine]);
    const total = sum(counts.map((count) => count.runs));
    if (total === 0) return [];
    const inconclusive = sum(counts.map((count) => count.inconclusive));
    const told = {
      what: `inconclusive runs on a machine that was ${machine}`,
      // The goal is for an idle machine.
      goal: machine === 'idle' ? atMost(inconclusivePercentMax) : null,
      note: `${inconclusive} of ${total} runs.`,
    };
    const samples = [(inconclusive / total) * 100];
    return [
      figure({ ...row, of: `${id}, inconclusive, ${machine}`, unit: '%', statistic: 'single', samples, ...told }),
    ];
  });
  const wrongs = { unit: 'verdicts', statistic: 'single', samples: [wrong.length], goal: atMost(0), note } as const;
  return [figure({ ...row, of: `${id}, wrong`, what: 'wrong verdicts of all variants', ...wrongs }), ...shares];
}
