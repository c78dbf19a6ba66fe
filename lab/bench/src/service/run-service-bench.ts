import { loadavg } from 'node:os';
import { ensureCacheFolder, resolveTools } from '@lab/runtime';
import { machineFacts, readCommit } from '../figures/machine-facts.ts';
import { assertNothingRuns, sayHowBusy, toolNames } from '../figures/run-bench.ts';
import { makeBenchFolder } from '../figures/stage/bench-folder.ts';
import { progressLine, type ServiceBenchDocument } from './document.ts';
import { measureLibraries } from './libraries/measure-libraries.ts';
import { measureLoad } from './load/measure-load.ts';
import { measureNaive } from './naive/measure-naive.ts';
import type { Section, ServiceBenchOptions } from './options.ts';
import type { ServiceRow } from './row.ts';
import type { ServiceBench } from './service-bench.ts';

export interface ServiceBenchRun extends Pick<ServiceBenchOptions, 'wanted' | 'long'> {
  readonly repoRoot: string;
  /** `.lab` of that checkout: the bench keeps its own folder in there. */
  readonly labDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told what goes on, one line at a time. */
  say(line: string): void;
}

const measurements: readonly (readonly [Section, (bench: ServiceBench) => Promise<void>])[] = [
  ['load', measureLoad],
  ['naive', measureNaive],
  ['libraries', measureLibraries],
];

/**
 * Measures the wanted sections, one after the other, in a checkout of its own that is gone when this returns.
 * @throws EnvironmentError `E_ALREADY_RUNNING`, and what finding the tools throws.
 */
export async function runServiceBench(run: ServiceBenchRun): Promise<ServiceBenchDocument> {
  const { repoRoot, labDir, env, signal, say, long, wanted } = run;
  assertNothingRuns(labDir);
  const startedAt = new Date();
  const beganMs = performance.now();
  const before = loadavg();
  const cacheDir = await ensureCacheFolder(env);
  const tools = Object.values(await resolveTools(toolNames, { cacheDir, signal, env }));
  const commit = await readCommit(run);
  sayHowBusy(say);
  const rows: ServiceRow[] = [];
  const add = (row: ServiceRow): void => {
    rows.push(row);
    say(progressLine(row));
  };
  {
    await using folder = await makeBenchFolder({ repoRoot, labDir, cacheDir, env });
    const paths = Object.fromEntries(tools.map(({ name, path }) => [name, path]));
    for (const [section, measure] of measurements) {
      signal.throwIfAborted();
      if (wanted.has(section)) await measure({ folder, tools: paths, signal, long, add });
    }
  }
  return {
    schema: 'brownout.bench-service/1',
    commit,
    startedAt: startedAt.toISOString(),
    tookS: Math.round((performance.now() - beganMs) / 1_000),
    machine: machineFacts(Object.fromEntries(tools.map(({ name, version }) => [name, version]))),
    loadavg: before,
    rows,
  };
}
