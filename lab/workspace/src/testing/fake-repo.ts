import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Scenario } from '@lab/sdk';

/** A small repository in a folder of its own, for tests. */
export interface FakeRepo extends AsyncDisposable {
  readonly root: string;
  /** Writes files by path relative to the root. */
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  path(...segments: readonly string[]): string;
}

export const serviceFiles = {
  'lab/service/package.json': '{"name":"@lab/service","type":"module"}\n',
  'lab/service/tsconfig.json': '{"compilerOptions":{"strict":true,"composite":true},"include":["src"]}\n',
  'lab/service/.env.example': 'PORT=1\n',
  'lab/service/.env': 'SECRET=1\n',
  'lab/service/bin/api.ts': "import { read } from '../src/read.ts';\nread();\n",
  'lab/service/src/read.ts': 'export function read(): number {\n  return 1;\n}\n',
  'lab/service/src/write.ts': 'export function write(): void {}\n',
  'lab/service/src/read.test.ts': '// a test of the team\n',
  'lab/service/src/read.policy.test.ts': '// names the defect\n',
  'lab/service/src/read.policy.it.test.ts': '// names the defect\n',
  'lab/service/node_modules/left/index.js': '',
} as const;

const overlayFiles = {
  'scenarios/stale-reads/broken/src/read.ts': 'export function read(): number {\n  return 2;\n}\n',
  'scenarios/stale-reads/mutants/late/src/read.ts': 'export function read(): number {\n  return 3;\n}\n',
  'scenarios/stale-reads/solutions/other/src/extra.ts': 'export const extra = 1;\n',
};

/** The service, one scenario with three variants; more by `write`. */
export async function createFakeRepo(): Promise<FakeRepo> {
  const root = await mkdtemp(join(tmpdir(), 'brownout-repo-'));
  const repo: FakeRepo = {
    root,
    path: (...segments) => join(root, ...segments),
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), content);
      }
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  await repo.write({ ...serviceFiles, ...overlayFiles });
  return repo;
}

export const fakeScenario: Scenario = {
  id: 'stale-reads',
  family: 'cache',
  title: 'Old prices',
  level: 'starter',
  minutes: 30,
  lesson: 'lessons/stale-reads',
  story: { text: ['Customers see yesterday’s prices.'], budgets: ['The database answers at most 30 reads a second.'] },
  stack: { parts: ['postgres'], replicas: { api: 1 } },
  editable: ['src/**', 'bin/**'],
  startWith: ['src/read.ts'],
  workload: { script: 'workload.js', ratePerSecond: 1, echoRatePerSecond: 1, prepare: async () => ({}) },
  experiments: [],
  checks: [],
  hints: ['Look at the read.'],
  variants: [],
};
