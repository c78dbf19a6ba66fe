import type { BenchDocument, MachineFacts } from '../report/document.ts';
import { type ServiceRow, shown } from './row.ts';

/** The document that `npm run bench:service -- --json` prints. */
export interface ServiceBenchDocument {
  readonly schema: 'brownout.bench-service/1';
  readonly commit: BenchDocument['commit'];
  readonly startedAt: string;
  readonly tookS: number;
  readonly machine: MachineFacts;
  /** Load average over 1, 5 and 15 minutes before the first row. */
  readonly loadavg: readonly number[];
  readonly rows: readonly ServiceRow[];
}

/** The document for people: machine, one line for each row, then what is to be said about them. */
export function renderService({ machine, commit, startedAt, tookS, loadavg, rows }: ServiceBenchDocument): string {
  const state = commit === null ? 'no git checkout' : `${commit.id.slice(0, 12)}${commit.isChanged ? ', changed' : ''}`;
  return [
    `${machine.platform}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}`,
    `commit ${state}, ${startedAt}, took ${tookS} s, load average before ${loadavg.map((load) => load.toFixed(1)).join(' ')}`,
    '',
    ...alignColumns([['section', 'what', 'measured', 'goal', 'held'], ...rows.map(cellsOf)]),
    ...notesOf(rows),
  ].join('\n');
}

/** One row as it finishes. */
export function progressLine(row: ServiceRow): string {
  if (row.problem !== undefined) return `${row.what} … not measured: ${row.problem}`;
  const against = row.goal === null ? '' : `, ${row.held ? 'held' : 'NOT held'}: ${row.goal}`;
  return `${row.what} … ${figuresOf(row)}${against}`;
}

function cellsOf(row: ServiceRow): readonly string[] {
  const held = row.held === null ? '–' : row.held ? 'yes' : 'NO';
  return [row.section, row.what, figuresOf(row), row.goal ?? '–', held];
}

function figuresOf({ measured, unit }: ServiceRow): string {
  const entries = Object.entries(measured);
  if (entries.length === 0) return '–';
  const text = (value: number | null) => (value === null ? '–' : shown(value, unit));
  return entries.map(([whose, value]) => (entries.length === 1 ? text(value) : `${whose} ${text(value)}`)).join(', ');
}

function notesOf(rows: readonly ServiceRow[]): readonly string[] {
  const said = rows.flatMap(({ what, note, problem }) => {
    const text = problem === undefined ? note : `Not measured: ${problem}`;
    return text === undefined ? [] : [`  ${what}: ${text}`];
  });
  return said.length === 0 ? [] : ['', ...said];
}

function alignColumns(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const padded = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return cells.map((row) => padded(row).trimEnd());
}
