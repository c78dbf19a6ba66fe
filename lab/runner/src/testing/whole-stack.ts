import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureCacheFolder, resolveTools } from '@lab/runtime';
import { type ExperimentHandle, type Scenario, stackParts, type TimelineEvent } from '@lab/sdk';
import { createClock } from '../clock.ts';
import { openExperimentHandle } from '../handle/experiment-handle.ts';
import { createLedger } from '../handle/ledger.ts';
import { createRandom } from '../random.ts';
import { startTestbed } from '../testbed/start-testbed.ts';
import type { Testbed } from '../testbed/testbed.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..');
const codeDir = join(repoRoot, 'lab', 'service');

/** The reference service on every part that a stack can name, and a handle on it. */
export interface WholeStack extends AsyncDisposable {
  readonly testbed: Testbed;
  readonly h: ExperimentHandle;
  readonly events: readonly Omit<TimelineEvent, 'atMs'>[];
  readonly codeDir: string;
  /** Parts in the order in which they became ready. */
  readonly started: readonly string[];
  /** Processes that carry the mark of the run, and folders of its parts. */
  leftovers(): Promise<readonly string[]>;
}

function scenarioOfAll(): Scenario {
  const id = 'every-part';
  return {
    id,
    family: 'uploads',
    title: 'Every part',
    level: 'starter',
    minutes: 1,
    lesson: '',
    story: { text: [], budgets: [] },
    stack: {
      parts: stackParts,
      replicas: { api: 2, worker: 1 },
      environment: { UPLOAD_POLL_MS: '50', WEBHOOK_POLL_MS: '50', OUTBOX_POLL_MS: '50' },
    },
    editable: [],
    startWith: [],
    workload: { script: 'workload.js', ratePerSecond: 1, echoRatePerSecond: 1, prepare: async () => ({}) },
    experiments: [],
    checks: [],
    hints: [],
    variants: [],
  };
}

/** Starts it in a folder of its own. */
export async function startWholeStack(): Promise<WholeStack> {
  await using starting = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'lab-stack-'));
  starting.defer(() => rm(root, { recursive: true, force: true }));
  for (const entry of ['lab', 'node_modules', 'package.json']) await symlink(join(repoRoot, entry), join(root, entry));
  const { signal } = new AbortController();
  const clock = createClock(signal);
  const cacheDir = await ensureCacheFolder(process.env);
  const names = ['postgres', 'redis-server', 'toxiproxy', 'versitygw'] as const;
  const found = await resolveTools(names, { cacheDir, signal, env: process.env });
  const started: string[] = [];
  const testbed = starting.use(
    await startTestbed({
      repoRoot: root,
      scenario: scenarioOfAll(),
      cacheDir,
      tools: Object.fromEntries(Object.values(found).map((tool) => [tool.name, tool.path])),
      signal,
      log: { info: () => undefined, warn: console.warn, error: console.error },
      clock,
      onPart: (part) => started.push(part),
    }),
  );
  await testbed.resetData(codeDir);
  await testbed.bootReplicas(codeDir);
  const ledger = starting.use(createLedger({ clock, signal, urlOf: testbed.urlOf }));
  const events: Omit<TimelineEvent, 'atMs'>[] = [];
  const h = starting.use(
    await openExperimentHandle({
      testbed,
      experiment: 'every-part',
      attempt: 1,
      ledger,
      clock,
      seed: 1,
      random: createRandom(1),
      signal,
      replicas: ['api-1', 'api-2'],
      workers: ['worker-1'],
      usedKeys: [],
      shared: new Map(),
      onEvent: (event) => events.push(event),
      onReleased: () => undefined,
    }),
  );
  const { run, runDir } = testbed;
  const running = starting.move();
  return {
    testbed,
    h,
    events,
    codeDir,
    started,
    leftovers: async () => [...(await markedProcesses(run)), ...(await partFolders(runDir))],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function markedProcesses(run: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(`BROWNOUT_RUN=${run}`) ? [`process ${pid}`] : [];
    }),
  );
  return marked.flat();
}

async function partFolders(runDir: string): Promise<readonly string[]> {
  return (await readdir(join(runDir, 'parts')).catch(() => [])).map((name) => `folder parts/${name}`);
}
