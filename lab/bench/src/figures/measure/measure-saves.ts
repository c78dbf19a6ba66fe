import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { httpStatus } from '@lab/runtime';
import { LabError } from '@lab/sdk';
import { figure } from '../../report/figure.ts';
import { atMost } from '../../report/goal.ts';
import { attempt, type Bench } from '../bench.ts';
import { type Practice, type PracticeStatus, startPractice } from '../stage/practice.ts';

const repeats = 5;
const firstLimitS = 0.6;
const limitMs = 30_000;
const lookEveryMs = 10;
const probeLimitMs = 1_000;
/** A replica that was replaced compiles and connects for a while; the next save finds it at rest. */
const settleMs = 1_500;

/** From a saved file to replicas that run it, in a practice session under its load. */
export async function measureSaves(bench: Bench): Promise<void> {
  const scenario = bench.scenarios[0];
  if (scenario === undefined) return;
  const { id, startWith } = scenario;
  const [path = ''] = startWith;
  const how = `an export is added to ${path} of a running session`;
  const about = { of: id, how, unit: 's', statistic: 'median' } as const;
  await attempt(bench, { ...about, rows: ['save-to-first-replica', 'save-to-all'] }, async () => {
    await using practice = await startPractice(bench.folder, id, bench.signal);
    const saves: SavedS[] = [];
    for (let round = 1; round <= repeats; round += 1) saves.push(await save(practice, { path, round, ...bench }));
    const first = { samples: saves.map((saved) => saved.first), goal: atMost(firstLimitS) };
    bench.rows.add(figure({ ...about, row: 'save-to-first-replica', ...first }));
    bench.rows.add(figure({ ...about, row: 'save-to-all', samples: saves.map((saved) => saved.all) }));
  });
}

interface SavedS {
  readonly first: number;
  readonly all: number;
}

/** The file is the bench's own: nobody needs it back as it was. */
async function save(
  practice: Practice,
  { path, round, signal }: { readonly path: string; readonly round: number; readonly signal: AbortSignal },
): Promise<SavedS> {
  await delay(settleMs, undefined, { signal });
  const before = await practice.status();
  const beganMs = performance.now();
  await appendFile(join(practice.info.workspace, path), `\nexport const savedInRound${round} = true;\n`);
  let first: number | null = null;
  for (;;) {
    const fresh = await freshReplicas(before, await practice.status());
    const sinceMs = performance.now() - beganMs;
    if (fresh > 0) first ??= sinceMs / 1_000;
    if (first !== null && fresh === before.replicas.length) return { first, all: sinceMs / 1_000 };
    if (sinceMs > limitMs) throw tooLate(fresh, before);
    await delay(lookEveryMs, undefined, { signal });
  }
}

/** How many replicas are ready and run in another process than before. A worker has no address: it is up when ready. */
async function freshReplicas(before: PracticeStatus, now: PracticeStatus): Promise<number> {
  const pids = new Set(before.replicas.map(({ pid }) => pid));
  const replaced = now.replicas.filter(({ up, pid }) => up && !pids.has(pid));
  const ready = await Promise.all(
    replaced.map(async ({ url }) =>
      url === null ? true : (await httpStatus(`${url}/readyz`, { timeoutMs: probeLimitMs })) === 200,
    ),
  );
  return ready.filter(Boolean).length;
}

function tooLate(fresh: number, { replicas }: PracticeStatus): LabError {
  return new LabError('E_BENCH_SAVE', {
    message: `${fresh} of ${replicas.length} replicas ran the saved code after ${limitMs / 1_000} s.`,
  });
}
