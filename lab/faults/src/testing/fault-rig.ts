import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClock, startTestbed, type Testbed } from '@lab/runner';
import { ensureCacheFolder, resolveTools } from '@lab/runtime';
import { loadScenario } from '@lab/scenarios';
import type { Scenario } from '@lab/sdk';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..');

/** A small real stack with every kind of part, in a folder of its own. */
export interface FaultRig extends AsyncDisposable {
  readonly testbed: Testbed;
  /** Processes that carry the mark of the run, and folders of its parts. */
  leftovers(): Promise<readonly string[]>;
}

const others = ['redis-queue', 'redis-limits', 's3', 'payment', 'scanner', 'receiver'] as const;

/** The stack of `cache-stale-price`, with the parts beside it that other scenarios have. */
function smallStack(scenario: Scenario): Scenario {
  const parts = [...new Set([...scenario.stack.parts, ...others])];
  return { ...scenario, stack: { ...scenario.stack, parts, replicas: { api: 2, worker: 1 } } };
}

export async function startFaultRig(): Promise<FaultRig> {
  const root = await mkdtemp(join(tmpdir(), 'lab-faults-'));
  for (const entry of ['lab', 'node_modules', 'package.json']) await symlink(join(repoRoot, entry), join(root, entry));
  const { signal } = new AbortController();
  const cacheDir = await ensureCacheFolder(process.env);
  const names = ['postgres', 'redis-server', 'toxiproxy', 'versitygw'] as const;
  const found = await resolveTools(names, { cacheDir, signal, env: process.env });
  const testbed = await startTestbed({
    repoRoot: root,
    scenario: smallStack(await loadScenario('cache-stale-price')),
    cacheDir,
    tools: Object.fromEntries(Object.values(found).map((tool) => [tool.name, tool.path])),
    signal,
    log: { info: () => undefined, warn: console.warn, error: console.error },
    clock: createClock(signal),
  });
  const codeDir = join(repoRoot, 'lab', 'service');
  try {
    await testbed.resetData(codeDir);
    await testbed.bootReplicas(codeDir);
  } catch (error) {
    await testbed[Symbol.asyncDispose]();
    throw error;
  }
  return {
    testbed,
    leftovers: async () => [...(await markedProcesses(testbed.run)), ...(await partFolders(testbed.runDir))],
    [Symbol.asyncDispose]: async () => {
      await testbed[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL's processes leave the mark behind; their folder tells them. */
async function markedProcesses(run: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string): Promise<string> => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
      const isMarked = (await read('environ')).includes(`BROWNOUT_RUN=${run}`) || (await read('cmdline')).includes(run);
      return isMarked ? [`process ${pid}: ${(await read('cmdline')).replaceAll('\0', ' ')}`] : [];
    }),
  );
  return marked.flat();
}

async function partFolders(runDir: string): Promise<readonly string[]> {
  return (await readdir(join(runDir, 'parts')).catch(() => [])).map((name) => `folder parts/${name}`);
}
