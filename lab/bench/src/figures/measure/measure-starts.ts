import { rm } from 'node:fs/promises';
import { figure } from '../../report/figure.ts';
import { timesFloor } from '../../report/goal.ts';
import { attempt, type Bench } from '../bench.ts';
import { startCommand, startPractice } from '../stage/practice.ts';
import { warmUp } from '../stage/warm-up.ts';

const repeats = 3;
const coldFactor = 5;
const warmFactor = 2.5;

/** How long `lab start` takes to its first loaded request, with an empty cache and with a full one. */
export async function measureStarts(bench: Bench): Promise<void> {
  for (const { id } of bench.scenarios) {
    const about = { of: id, how: startCommand(id) };
    await attempt(bench, { ...about, rows: ['start-cold'] }, async () => {
      const samples = [];
      for (let round = 0; round < repeats; round += 1) samples.push(await coldStart(bench, id));
      const goal = timesFloor(coldFactor, bench.floors.get(id)?.totalS);
      const note = 'Built on the way: template database, workspace, compiled code.';
      bench.rows.add(figure({ ...about, row: 'start-cold', unit: 's', statistic: 'median', samples, goal, note }));
    });
    await attempt(bench, { ...about, rows: ['start-warm'] }, async () => {
      await warmUp(bench, id);
      const samples = [];
      for (let round = 0; round < repeats; round += 1) samples.push(await timedStart(bench, id, bench.folder.cacheDir));
      const goal = timesFloor(warmFactor, bench.floors.get(id)?.totalS);
      bench.rows.add(figure({ ...about, row: 'start-warm', unit: 's', statistic: 'median', samples, goal }));
    });
  }
}

/** As the first start after `npm ci`: the cache has the tools, the checkout has no `.lab`. */
async function coldStart(bench: Bench, scenario: string): Promise<number> {
  await rm(bench.folder.labDir, { recursive: true, force: true });
  await using cache = await bench.folder.coldCache();
  return await timedStart(bench, scenario, cache.dir);
}

async function timedStart({ folder, signal }: Bench, scenario: string, cacheDir: string): Promise<number> {
  await using practice = await startPractice({ ...folder, cacheDir }, scenario, signal);
  return practice.startMs / 1_000;
}
