import { cpus, loadavg } from 'node:os';
import { readSession } from '@lab/console';
import { ensureCacheFolder, resolveTools, type ToolName } from '@lab/runtime';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { EnvironmentError } from '@lab/sdk';
import { type BenchDocument, benchDocument } from '../report/document.ts';
import type { RowId } from '../report/rows.ts';
import { progressLine } from '../report/table.ts';
import { collectRows } from './collect-rows.ts';
import { machineFacts, readCommit } from './machine-facts.ts';
import { measureFloors } from './measure/measure-floors.ts';
import { measurements, needsFloor } from './measurements.ts';
import { makeBenchFolder } from './stage/bench-folder.ts';

export interface BenchRun {
  readonly repoRoot: string;
  /** `.lab` of that checkout: the bench keeps its own folder in there. */
  readonly labDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly wanted: ReadonlySet<RowId>;
  /** Told what goes on, one line at a time. */
  say(line: string): void;
}

export const toolNames: readonly ToolName[] = ['postgres', 'redis-server', 'toxiproxy', 'k6'];
/** Above this share of its cores a machine is not idle. */
const idleShareMax = 0.5;

/**
 * Measures the wanted rows, one after the other, in a checkout of its own that is gone when this returns.
 * @throws EnvironmentError `E_ALREADY_RUNNING`, and what finding the tools throws.
 */
export async function runBench(run: BenchRun): Promise<BenchDocument> {
  const { repoRoot, labDir, env, signal, say } = run;
  assertNothingRuns(labDir);
  const startedAt = new Date();
  const beganMs = performance.now();
  const wanted = needsFloor(run.wanted) ? new Set<RowId>([...run.wanted, 'floor']) : run.wanted;
  const cacheDir = await ensureCacheFolder(env);
  const tools = Object.values(await resolveTools(toolNames, { cacheDir, signal, env }));
  const commit = await readCommit(run);
  sayHowBusy(say);
  const rows = collectRows({ wanted, loadavg, onRow: (row) => say(progressLine(row)) });
  {
    await using folder = await makeBenchFolder({ repoRoot, labDir, cacheDir, env });
    const ground = {
      repoRoot,
      folder,
      env,
      signal,
      rows,
      scenarios: await Promise.all(listScenarioIds().map(loadScenario)),
      tools: Object.fromEntries(tools.map(({ name, path }) => [name, path])),
    };
    const bench = { ...ground, floors: await measureFloors(ground) };
    for (const measure of measurements) {
      signal.throwIfAborted();
      await measure(bench);
    }
  }
  const versions = Object.fromEntries(tools.map(({ name, version }) => [name, version]));
  const tookMs = performance.now() - beganMs;
  return benchDocument({ commit, startedAt, tookMs, machine: machineFacts(versions), rows: rows.all });
}

export function assertNothingRuns(labDir: string): void {
  const session = readSession(labDir);
  if (session.kind !== 'running') return;
  throw new EnvironmentError('E_ALREADY_RUNNING', {
    message: `A practice session of ${session.record.scenario} runs (pid ${session.record.labPid}): it would be measured too.`,
    hint: 'npx lab stop',
  });
}

export function sayHowBusy(say: BenchRun['say']): void {
  const [load = 0] = loadavg();
  const cores = cpus().length;
  if (load <= cores * idleShareMax) return;
  say(`This machine is busy (load average ${load.toFixed(1)} on ${cores} cores): expect figures that are too high.`);
}
