import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { defineFault } from '../fault.ts';
import type { GroundHelper } from '../ground.ts';
import { once } from '../once.ts';
import { wholeNumber } from '../parameters.ts';

const busyMainFile = fileURLToPath(new URL('./busy-main.ts', import.meta.url));
/** What each gets at least, in cores. Little: with thirty others at work on two cores it is a fifteenth. */
const coresMin = 0.02;
/** A line older than this says nothing about now. */
const freshMs = 1_500;
/** They outlive the planned end by this, should nobody end them. */
const marginMs = 2_000;

export const cpuStarvation = defineFault({
  id: 'cpu-starvation',
  title: 'Other work takes the processors',
  about:
    'So many processes that do nothing but compute run beside the service. Replicas, stores and load get what is left. Their priority is the same as everybody’s.',
  parameters: z.strictObject({
    busyProcesses: wholeNumber('how many compute', { min: 1, max: 32, usual: 4 }),
  }),
  targets: () => ['machine'],
  availability: () => true,
  claims: () => [{ on: 'the processors', isAlone: true }],
  inject: async (ground, { parameters: { busyProcesses }, lastsMs }) => {
    const helpers: GroundHelper[] = [];
    const undo = once(async () => {
      await Promise.all(helpers.map((helper) => helper.kill()));
    });
    try {
      for (let count = 1; count <= busyProcesses; count += 1) {
        const args = [String(lastsMs + marginMs)];
        helpers.push(await ground.spawnHelper({ name: `busy-${count}`, file: busyMainFile, args }));
      }
    } catch (error) {
      await undo();
      throw error;
    }
    return { undo, note: { helpers } };
  },
  effect: async (_ground, { parameters: { busyProcesses }, note }) => {
    const shares = note.helpers.filter(({ pid }) => isAlive(pid)).map((helper) => coresOf(helper, Date.now()));
    const cores = shares.reduce((sum, share) => sum + share, 0);
    return {
      seen: shares.length === busyProcesses && cores >= coresMin * busyProcesses,
      measured: `${shares.length} busy processes have ${cores.toFixed(1)} of ${availableParallelism()} cores`,
    };
  },
});

/** How much of a core it has had lately. */
function coresOf(helper: Pick<GroundHelper, 'tail'>, nowMs: number): number {
  const lines = helper.tail().slice(-3);
  const [first, last] = [lines[0], lines.at(-1)].map((line) => (line ?? '').split(' ').map(Number));
  const [fromMs = 0, fromCpuMs = 0] = first ?? [];
  const [toMs = 0, toCpuMs = 0] = last ?? [];
  return toMs > fromMs && nowMs - toMs < freshMs ? (toCpuMs - fromCpuMs) / (toMs - fromMs) : 0;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // Gone.
  }
}
