import { delimiter, dirname, resolve } from 'node:path';
import { freePorts } from '@lab/runtime';
import { LabError, type Scenario } from '@lab/sdk';
import { z } from 'zod';
import { assertProc } from '../../machine/proc.ts';
import { figure } from '../../report/figure.ts';
import { median } from '../../report/statistics.ts';
import { attempt, type Bench, type Floor } from '../bench.ts';
import { documentOf } from '../stage/lab-command.ts';
import { runProgram } from '../stage/run-program.ts';

const script = resolve(import.meta.dirname, '..', '..', '..', 'floor.sh');
const floorSchema = z.object({ totalMs: z.number(), initdbMs: z.number(), pssMiB: z.number() });
const repeats = 3;
const limitMs = 90_000;
const serviceProcesses = 5;

/** The floor of each scenario; one that could not be measured is missing. */
export async function measureFloors(bench: Omit<Bench, 'floors'>): Promise<ReadonlyMap<string, Floor>> {
  const floors = new Map<string, Floor>();
  for (const scenario of bench.scenarios) {
    const shape = floorShape(scenario);
    const how = `REDISES=${shape.redises} NODES=${shape.nodes} bash lab/bench/floor.sh`;
    const row = { row: 'floor', of: scenario.id, statistic: 'median', how } as const;
    const measure = async (): Promise<void> => {
      assertProc();
      const found = [];
      for (let round = 0; round < repeats; round += 1) found.push(await runFloor(bench, shape));
      const [totalS, pssMiB] = [found.map(({ totalMs }) => totalMs / 1_000), found.map((floor) => floor.pssMiB)];
      floors.set(scenario.id, { totalS: median(totalS), pssMiB: median(pssMiB) });
      const note = `initdb ${(median(found.map(({ initdbMs }) => initdbMs)) / 1_000).toFixed(2)} s of it.`;
      bench.rows.add(figure({ ...row, unit: 's', samples: totalS, note }));
      bench.rows.add(figure({ ...row, unit: 'MiB', samples: pssMiB, what: 'memory (PSS) of the same' }));
    };
    await attempt(bench, { rows: ['floor'], of: scenario.id, how }, measure);
  }
  return floors;
}

interface FloorShape {
  readonly redises: number;
  readonly nodes: number;
}

/** Parts that are Node processes too. */
const WORLD: readonly string[] = ['payment', 'scanner', 'receiver'];

/** The same parts, and five idle Node processes. */
export function floorShape({ stack }: Pick<Scenario, 'stack'>): FloorShape {
  return {
    redises: stack.parts.filter((part) => part.startsWith('redis-')).length,
    nodes: serviceProcesses + stack.parts.filter((part) => WORLD.includes(part)).length,
  };
}

async function runFloor(bench: Omit<Bench, 'floors'>, { redises, nodes }: FloorShape) {
  const { postgres, toxiproxy, 'redis-server': redis } = bench.tools;
  if (!postgres || !toxiproxy || !redis) throw new LabError('E_BENCH_TOOLS', { message: 'A tool was not looked up.' });
  const ports = await freePorts(2 + redises + nodes);
  const result = await runProgram('bash', [script], {
    cwd: bench.folder.scratchDir,
    env: {
      // The Node that runs the lab, whatever else is there.
      PATH: [dirname(process.execPath), bench.env['PATH'] ?? ''].join(delimiter),
      TMPDIR: bench.folder.scratchDir,
      POSTGRES_BIN: postgres,
      TOXIPROXY: toxiproxy,
      REDIS: redis,
      REDISES: String(redises),
      NODES: String(nodes),
      PORTS: ports.join(' '),
    },
    signal: bench.signal,
    limitMs,
  });
  return floorSchema.parse(documentOf('lab/bench/floor.sh', result));
}
