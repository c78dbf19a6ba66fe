import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as faults from '@lab/faults';
import * as judge from '@lab/judge';
import type { GradeOptions, GradeRun } from '@lab/runner';
import type { Evidence } from '@lab/sdk';
import { onTestFinished } from 'vitest';
import { main } from '../main.ts';
import type { Services } from '../services.ts';
import { createTestIo, type TestIo } from './test-io.ts';
import { tinyFacts } from './tiny-facts.ts';
import { tinyScenario } from './tiny-scenario.ts';

export interface FakeLab {
  readonly services: Services;
  readonly labDir: string;
  readonly repoRoot: string;
  /** What happened, in order. */
  readonly calls: string[];
}

export interface FakeLabOptions {
  grade?(options: GradeOptions): Promise<GradeRun> | GradeRun;
  startTestbed?(): Promise<void>;
}

export function emptyEvidence(options: GradeOptions, problem: string | null = null): Evidence {
  return {
    schemaVersion: 1,
    scenario: options.scenario.id,
    run: options.testbed.run,
    seed: options.seed,
    history: [],
    samples: [],
    timeline: [],
    experiments: [],
    tables: [],
    exits: [],
    labHealth: {
      echo: { requests: 10, failed: 0, p95Ms: 1, maxMs: 2 },
      load: { planned: 10, delivered: 10, dropped: 0 },
      canaries: [],
      runnerStallMsMax: 1,
      problem,
    },
    referenceBaseline: null,
    selected: options.scenario.experiments.map(({ id }) => id),
  };
}

export function gradeRun(options: GradeOptions, problem: string | null = null): GradeRun {
  return {
    evidence: emptyEvidence(options, problem),
    runDir: options.testbed.runDir,
    phases: { prepare: 1 },
    machine: { platform: 'test', cores: 2, memoryGiB: 4, node: 'v24' },
  };
}

/** A lab whose runtime, runner and workspace are fakes; judging is real. Gone when the test ends. */
export async function createFakeLab(options: FakeLabOptions = {}): Promise<FakeLab> {
  const repoRoot = await mkdtemp(join(tmpdir(), 'lab-cli-'));
  onTestFinished(() => rm(repoRoot, { recursive: true, force: true }));
  const labDir = join(repoRoot, '.lab');
  const calls: string[] = [];
  const scenario = tinyScenario();
  mkdirSync(join(repoRoot, 'scenarios', scenario.id), { recursive: true });
  mkdirSync(join(labDir, 'workspace', scenario.id), { recursive: true });
  let runs = 0;
  const fake = {
    runner: async () => ({
      createClock: () => ({ nowMs: () => 0, sleep: async () => undefined }),
      beginLoad: async () => {
        throw new Error('no load in this fake');
      },
      startTestbed: async () => {
        await options.startTestbed?.();
        runs += 1;
        const run = `20260101-00000${runs}-0000`;
        const runDir = join(labDir, 'runs', run);
        mkdirSync(runDir, { recursive: true });
        calls.push(`testbed ${runs}`);
        return { run, runDir, [Symbol.asyncDispose]: async () => void calls.push(`end ${run.slice(9, 15)}`) };
      },
      runGrade: async (given: GradeOptions) => {
        calls.push(`grade ${given.seed} ${given.checks?.join(',') ?? 'all'}`);
        return await (options.grade ?? gradeRun)(given);
      },
    }),
    runtime: async () => ({
      cacheFolder: () => join(repoRoot, 'cache'),
      ensureCacheFolder: async () => repoRoot,
      inspectTools: async () => [{ name: 'k6', path: '/k6', version: '2', foundBy: 'path', tried: [] }],
      resolveTools: async (names: readonly string[]) =>
        Object.fromEntries(
          names.map((name) => [name, { name, path: `/${name}`, version: '1', foundBy: 'path', tried: [] }]),
        ),
      sweepLeftovers: async () => ({ runs: [], killed: [], left: [], pruned: [] }),
    }),
    workspace: async () => ({
      assertVariantName: () => undefined,
      listVariants: async () => scenario.variants.map(({ name }) => name),
      materialise: async ({ target, variant }: { target: string; variant: string }) => {
        calls.push(`materialise ${variant}`);
        return { codeDir: target, ignored: [], hash: 'hash' };
      },
      workspaceDir: () => join(labDir, 'workspace', scenario.id),
      workspaceDiff: async () => 'diff --git a b\n',
      resetWorkspace: async () => {
        calls.push('reset');
        return { dir: '/workspace', backupRef: 'refs/brownout/backup-1' };
      },
      overlayProblems: async () => [],
      staleOverlays: async () => [],
      refit: async ({ dryRun, keepConflicts }: { dryRun: boolean; keepConflicts: boolean }) => {
        calls.push(['refit', ...(dryRun ? ['dryRun'] : []), ...(keepConflicts ? ['keepConflicts'] : [])].join(' '));
        return [];
      },
      describeRefit: () => 'Every overlay fits the reference.\n',
    }),
    faults: async () => faults,
    facts: async () => ({
      collectFacts: async () => tinyFacts(),
      collectScenarios: async () => tinyFacts().scenarios,
    }),
    judge: async () => judge,
    scenarios: async () => ({ listScenarioIds: () => [scenario.id], loadScenario: async () => scenario }),
  };
  // The fakes have what the commands use, and no more.
  return { services: fake as unknown as Services, labDir, repoRoot, calls };
}

/** Runs one command line against the fake lab. */
export async function runFake(
  lab: FakeLab,
  line: string,
  io: TestIo = createTestIo(),
): Promise<{ readonly exit: number; readonly out: string; readonly err: string; readonly io: TestIo }> {
  const argv = line.split(' ').filter((word) => word !== '');
  const exit = await main(argv, io, lab);
  return { exit, out: io.out(), err: io.err(), io };
}
