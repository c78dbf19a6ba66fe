import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '@lab/sdk';
import type { RuntimeContext } from '../context.ts';
import { type ExitInfo, type Supervised, spawnPart } from '../supervision/spawn-part.ts';
import { createK6PointReader, type K6Point } from './k6-points.ts';
import {
  baseEnvironment,
  describeExit,
  logFileOf,
  type StartedPart,
  temporaryFolderOf,
  toolPath,
} from './started-part.ts';

const PART = 'k6';
const STOP_LIMIT_MS = 15_000;
/** 99: a threshold was crossed, which is a measurement. 105: stopped by SIGINT. */
const ACCEPTED_EXITS: readonly (number | null)[] = [0, 99, 105];

export interface K6Spec {
  /** Path of the script. */
  readonly script: string;
  /** Reaches the script as `__ENV`. */
  readonly env: Readonly<Record<string, string>>;
  /** Called for each measurement, some 200 ms late and in batches. Must be quick. */
  onPoint(point: K6Point): void;
}

export interface K6Result {
  readonly exitCode: number;
  /** k6's summary export; `{}` when nothing was measured. A script that throws each time exits 0: look at the counts. */
  readonly summary: Readonly<Record<string, unknown>>;
}

export interface StartedK6 extends StartedPart {
  /** Resolves when k6 has ended by itself or was stopped; E_K6_FAILED when it could not run, or was killed. */
  readonly finished: Promise<K6Result>;
}

/**
 * Starts k6. Resolves once it is spawned: a script that cannot be run rejects `finished`. Nothing is
 * written outside the run folder.
 */
export async function startK6(ctx: RuntimeContext, spec: K6Spec): Promise<StartedK6> {
  const command = toolPath(ctx, PART);
  const folder = temporaryFolderOf(ctx, PART);
  const summaryFile = path.join(folder, 'summary.json');
  const configFile = path.join(folder, 'config.json');
  await mkdir(folder, { recursive: true });
  await writeFile(configFile, '{}\n');
  await writeFile(summaryFile, '{}\n');
  const reader = createK6PointReader(spec.onPoint);
  const child = await spawnPart(ctx, {
    part: PART,
    command,
    args: k6Arguments({ script: spec.script, summaryFile, configFile }),
    cwd: folder,
    env: { ...baseEnvironment(folder), K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false', ...spec.env },
    logFile: logFileOf(ctx, PART),
    onStdout: (chunk) => reader.push(chunk),
  });
  const finished = child.exited.then((exit) => resultOf(child, { exit, summaryFile }));
  finished.catch(() => {}); // Whoever waits for it is told; nobody has to.
  const stop = () => child.stop({ signal: 'SIGINT', graceMs: STOP_LIMIT_MS });
  return {
    ...child,
    finished,
    stop,
    async [Symbol.asyncDispose]() {
      await child.kill();
    },
  };
}

function k6Arguments(files: { script: string; summaryFile: string; configFile: string }): string[] {
  return [
    'run',
    '--quiet',
    '--no-color',
    '--no-usage-report',
    '--config',
    files.configFile,
    // Without a path: under Node /dev/stdout is a socket, which k6 cannot open. The text summary lands there
    // too and is passed over; switching it off would switch the exported one off as well.
    '--out',
    'json',
    '--summary-export',
    files.summaryFile,
    files.script,
  ];
}

async function resultOf(child: Supervised, ended: { exit: ExitInfo; summaryFile: string }): Promise<K6Result> {
  const { exit } = ended;
  if (exit.exitCode === null || !ACCEPTED_EXITS.includes(exit.exitCode)) {
    const lines = child.tail().slice(-10).join('\n  ');
    throw new LabError('E_K6_FAILED', { message: `k6 ${describeExit(exit)}:\n  ${lines}`, hint: 'npx lab logs k6' });
  }
  return { exitCode: exit.exitCode, summary: await readSummary(ended.summaryFile) };
}

async function readSummary(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return {}; // k6 writes none when it measured nothing.
  }
}
