import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { MigrationError } from './migration-errors.ts';
import type { Migration } from './migration-files.ts';

const to = z.int().min(1).max(9_999);
const stepSchema = z.discriminatedUnion('kind', [
  /** Migrations that the running version bears. */
  z.strictObject({ kind: z.literal('migrate'), to }),
  /** Brings the new version to all replicas, one after the other. */
  z.strictObject({ kind: z.literal('deploy') }),
  z.strictObject({ kind: z.literal('backfill'), name: z.string() }),
  /** Migrations that only the new version bears. */
  z.strictObject({ kind: z.literal('contract'), to }),
]);
const rolloutSchema = z.strictObject({ steps: z.array(stepSchema).min(1).max(50) });

export type RolloutStep = z.output<typeof stepSchema>;

interface Known {
  readonly migrations: readonly Pick<Migration, 'number' | 'up'>[];
  /** Names of all backfills. */
  readonly backfills: readonly string[];
}

/** Steps of `rollout.json`, in order. Without the file they follow from the migrations. Throws MigrationError. */
export async function readRollout(file: URL, known: Known): Promise<readonly RolloutStep[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? defaultSteps(known) : parseRollout(text, known);
}

export function parseRollout(text: string, known: Known): readonly RolloutStep[] {
  const result = rolloutSchema.safeParse(parseJson(text));
  if (!result.success) throw problems(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const { steps } = result.data;
  const found = steps.flatMap((step, index) =>
    stepProblems(step, { ...known, before: steps.slice(0, index) }).map((problem) => `steps.${index}: ${problem}`),
  );
  if (found.length > 0) throw problems(found);
  return steps;
}

function stepProblems(
  step: RolloutStep,
  { migrations, backfills, before }: Known & { before: readonly RolloutStep[] },
) {
  if (step.kind === 'deploy') return [];
  if (step.kind === 'backfill') {
    return backfills.includes(step.name) ? [] : [`There is no backfill ${step.name}.`];
  }
  const reached = Math.max(0, ...before.map((earlier) => ('to' in earlier ? earlier.to : 0)));
  const filled = new Set(before.map((earlier) => (earlier.kind === 'backfill' ? earlier.name : undefined)));
  const due = migrations.filter(({ number }) => number > reached && number <= step.to);
  const unfilled = due.filter(({ up: { needsBackfill: name } }) => name !== undefined && !filled.has(name));
  return [
    ...(migrations.some(({ number }) => number === step.to) ? [] : [`There is no migration ${step.to}.`]),
    ...(step.to > reached ? [] : [`An earlier step has already gone to ${reached}.`]),
    ...(step.kind === 'migrate' || before.some(({ kind }) => kind === 'deploy')
      ? []
      : ['Before the first deploy, the old version still runs; contract after it.']),
    ...unfilled.map(({ number, up }) => `Migration ${number} needs the backfill ${up.needsBackfill} before it.`),
  ];
}

/** The new version comes before the first migration that needs a backfill, and each backfill right before its own. */
function defaultSteps({ migrations }: Known): readonly RolloutStep[] {
  const steps: RolloutStep[] = [];
  let reached: number | undefined;
  const isDeployed = () => steps.some(({ kind }) => kind === 'deploy');
  const migrate = () => {
    if (reached !== undefined) steps.push({ kind: isDeployed() ? 'contract' : 'migrate', to: reached });
    reached = undefined;
    if (!isDeployed()) steps.push({ kind: 'deploy' });
  };
  for (const { number, up } of migrations) {
    const { needsBackfill: name } = up;
    if (name !== undefined && !steps.some((step) => step.kind === 'backfill' && step.name === name)) {
      migrate();
      steps.push({ kind: 'backfill', name });
    }
    reached = number;
  }
  migrate();
  return steps;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw problems([error instanceof Error ? error.message : String(error)]);
  }
}

function problems(found: readonly string[]): MigrationError {
  return new MigrationError(`rollout.json cannot be used.\n  ${found.join('\n  ')}`);
}
