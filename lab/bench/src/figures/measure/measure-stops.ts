import { assertProc } from '../../machine/proc.ts';
import { figure } from '../../report/figure.ts';
import { atMost } from '../../report/goal.ts';
import { attempt, type Bench } from '../bench.ts';
import { type Ending, untilNothing, watchLab } from '../eyes/until-nothing.ts';
import { runLab } from '../stage/lab-command.ts';
import { type Practice, startPractice } from '../stage/practice.ts';

const repeats = 2;
const limitS = 5;
/** Looked for this long, so that what stays for ever is told from what is late. */
const withinMs = 15_000;
const stopLimitMs = 20_000;

interface Way {
  readonly of: string;
  readonly how: string;
  end(bench: Bench, practice: Practice): Promise<void>;
}

const ways: readonly Way[] = [
  {
    of: 'lab stop',
    how: 'npx lab stop; then /proc, /proc/net/tcp, /proc/sysvipc/shm and the files in .lab',
    end: async ({ folder, signal }) => {
      // Whatever it says of itself: what is left is looked for.
      await runLab(folder, ['stop'], { signal, limitMs: stopLimitMs });
    },
  },
  {
    of: 'kill -9 of the lab',
    how: 'kill -9 <labPid>; then the same',
    end: async (_bench, { info }) => {
      process.kill(info.labPid, 'SIGKILL');
    },
  },
];

/** What is left of a session under load, and for how long, once it was stopped, or its lab was killed. */
export async function measureStops(bench: Bench): Promise<void> {
  for (const way of ways) {
    const { of, how } = way;
    await attempt(bench, { rows: ['stop'], of, how }, async () => {
      assertProc();
      const endings: Ending[] = [];
      for (const { id } of bench.scenarios) {
        for (let round = 0; round < repeats; round += 1) endings.push(await endingOf(bench, way, id));
      }
      const samples = endings.map(({ tookS }) => tookS);
      const left = endings.flatMap((ending) => ending.left);
      const note = left.length === 0 ? 'Nothing was left.' : `Left for good: ${left.join(', ')}.`;
      const row = { row: 'stop', of, how, unit: 's', statistic: 'max' } as const;
      bench.rows.add(figure({ ...row, samples, goal: atMost(limitS), note }));
    });
  }
}

/** From the moment it was asked, or killed, to the first look that finds nothing. */
async function endingOf(bench: Bench, { end }: Way, scenario: string): Promise<Ending> {
  const { folder, signal } = bench;
  await using practice = await startPractice(folder, scenario, signal);
  const watched = watchLab(folder, practice.info.labPid);
  const beganMs = performance.now();
  await end(bench, practice);
  return await untilNothing(folder, { watched, beganMs, withinMs, signal });
}
