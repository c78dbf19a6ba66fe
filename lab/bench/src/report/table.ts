import type { BenchDocument } from './document.ts';
import { withUnit } from './figure.ts';

type Row = BenchDocument['rows'][number];
type Shown = Pick<Row, 'row' | 'of' | 'measured' | 'unit' | 'goal' | 'held' | 'note' | 'problem'>;

/** The document for people: machine, one line for each row, then what is to be said about them. */
export function renderTable(document: BenchDocument): string {
  const { machine, commit, rows } = document;
  const tools = Object.entries(machine.tools).map(([name, version]) => `${name} ${version}`);
  const cells = [['row', 'of', 'measured', 'goal', 'held', 'samples'], ...rows.map(rowCells)];
  const state = commit === null ? 'no git checkout' : `${commit.id.slice(0, 12)}${commit.isChanged ? ', changed' : ''}`;
  return [
    `${machine.platform}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, kernel ${machine.kernel}`,
    `Node ${machine.node}, ${tools.join(', ')}`,
    `commit ${state}, ${document.startedAt}, took ${document.tookS} s`,
    '',
    ...alignColumns(cells),
    ...notes(rows),
    '',
    summary(rows),
  ].join('\n');
}

/** One row as it finishes. */
export function progressLine(figure: Shown): string {
  const name = figure.of === '' ? figure.row : `${figure.row} (${figure.of})`;
  if (figure.problem !== undefined) return `${name} … not measured: ${figure.problem}`;
  if (figure.measured === null) return `${name} … ${figure.note ?? 'nothing'}`;
  const against = figure.goal === null ? '' : `, ${figure.held ? 'held' : 'NOT held'}: ${figure.goal}`;
  return `${name} … ${withUnit(figure.measured, figure.unit)}${against}`;
}

/** As `12 rows: 9 held, 1 not held, 2 without a goal`. */
export function summary(rows: readonly Shown[]): string {
  const count = (is: (row: Shown) => boolean): number => rows.filter(is).length;
  const parts = [
    [count(({ held }) => held === true), 'held'],
    [count(({ held }) => held === false), 'not held'],
    [count(({ held, problem }) => held === null && problem === undefined), 'without a goal'],
    [count(({ problem }) => problem !== undefined), 'not measured'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}: ${told.join(', ')}`;
}

function rowCells(row: Row): string[] {
  const measured = row.measured === null ? '–' : withUnit(row.measured, row.unit);
  const held = row.held === null ? '–' : row.held ? 'yes' : 'NO';
  const several = row.samples.length > 1 ? `${row.statistic} of ${row.samples.join(' ')}` : '';
  return [row.row, row.of, measured, row.goal ?? '–', held, several];
}

function notes(rows: readonly Row[]): string[] {
  const said = rows.flatMap((row) => {
    const text = row.problem === undefined ? row.note : `Not measured: ${row.problem}`;
    return text === undefined ? [] : [`  ${row.of === '' ? row.row : `${row.row} (${row.of})`}: ${text}`];
  });
  return said.length === 0 ? [] : ['', ...said];
}

function alignColumns(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
