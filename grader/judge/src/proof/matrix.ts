import type { Scenario } from '@lab/sdk';
import type { Proof, ProofEntry } from './proof.ts';

export interface ProofMatrix {
  readonly scenario: string;
  readonly checks: readonly string[];
  readonly rows: readonly MatrixRow[];
}

export interface MatrixRow {
  readonly variant: string;
  readonly idleRuns: number;
  /** With all cores kept busy by others. */
  readonly busyRuns: number;
  readonly cells: readonly MatrixCell[];
  readonly wrong: number;
  readonly inconclusive: number;
}

export interface MatrixCell {
  readonly check: string;
  /** The check claims this variant. */
  readonly claims: boolean;
  readonly failed: number;
  /** Runs in which the check passed or failed. */
  readonly decided: number;
}

/** Which check failed which variant, and how often; variants in order of declaration. */
export function proofMatrix(scenario: Pick<Scenario, 'id' | 'checks' | 'variants'>, proof: Proof): ProofMatrix {
  const checks = scenario.checks.map((check) => check.id);
  const variants = [{ name: 'reference', killedBy: {} }, ...scenario.variants];
  return {
    scenario: scenario.id,
    checks,
    rows: variants.map(({ name, killedBy }) => matrixRow(name, { checks, killedBy, entry: proof.entries[name] })),
  };
}

interface RowInput {
  readonly checks: readonly string[];
  readonly killedBy: Readonly<Record<string, readonly string[]>>;
  readonly entry: ProofEntry | undefined;
}

function matrixRow(variant: string, { checks, killedBy, entry }: RowInput): MatrixRow {
  const cells = checks.map((check) => {
    const counts = entry?.checks[check] ?? { failed: 0, passed: 0, inconclusive: 0 };
    return {
      check,
      claims: killedBy[check] !== undefined,
      failed: counts.failed,
      decided: counts.failed + counts.passed,
    };
  });
  return {
    variant,
    idleRuns: entry?.idle.runs ?? 0,
    busyRuns: entry?.busy.runs ?? 0,
    cells,
    wrong: entry?.wrong.length ?? 0,
    inconclusive: entry?.verdicts.inconclusive ?? 0,
  };
}

function cellText({ claims, failed, decided }: MatrixCell): string {
  if (decided === 0) return claims ? '?' : '';
  const mark = claims ? '✗ ' : '';
  return `${mark}${failed}/${decided}`;
}

function table(matrix: ProofMatrix): string[][] {
  const names = matrix.checks.map((id) => id.slice(id.indexOf('/') + 1));
  const header = ['variant', ...names, 'idle', 'busy', 'inconclusive', 'wrong'];
  const rows = matrix.rows.map((row) => [
    row.variant,
    ...row.cells.map(cellText),
    String(row.idleRuns),
    String(row.busyRuns),
    String(row.inconclusive),
    String(row.wrong),
  ]);
  return [header, ...rows];
}

const legend =
  'Cells: runs in which the check failed, of those it decided. ✗ marks the check that claims the variant. idle, busy: runs beside nothing, and beside work on every core.';

/** The matrix for a terminal (`text`) or a document (`markdown`). Ends with a line end. */
export function renderMatrix(matrix: ProofMatrix, form: 'text' | 'markdown'): string {
  const [header = [], ...rows] = table(matrix);
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  if (form === 'text') {
    const lines = [header, ...rows].map((cells) => line(cells).join('  ').trimEnd());
    return `${[...lines, '', legend].join('\n')}\n`;
  }
  const bars = [header, widths.map((width) => '-'.repeat(width)), ...rows].map(
    (cells) => `| ${line(cells).join(' | ')} |`,
  );
  return `${[...bars, '', legend].join('\n')}\n`;
}

/** Checks that claim no variant: to be deleted, or given a mutant. */
export function uselessChecks(scenario: Pick<Scenario, 'checks' | 'variants'>): string[] {
  const claimed = new Set(scenario.variants.flatMap((variant) => Object.keys(variant.killedBy)));
  return scenario.checks.map((check) => check.id).filter((id) => !claimed.has(id));
}
