import { describeRound } from '../draw/describe-round.ts';
import type { PlayedRound } from '../play/play-rounds.ts';
import type { Cell, KillsDocument } from './summary.ts';

/** The outcome for people. */
export function tableLines(document: KillsDocument): string[] {
  const { cells, violations, rounds } = document;
  const total = totalOf(cells);
  const rows = [...cells, total].map(cellRow);
  const minutes = (document.tookMs / 60_000).toFixed(1);
  const found = violations.flatMap(({ what, code, message, repeat }) => [
    '',
    `${code}  ${what}`,
    `  ${message}`,
    `  ${repeat}`,
  ]);
  return [
    ...aligned([['Victim', 'Phase', 'Rounds', 'Missed', 'Left', 'Broken', 'Slowest'], ...rows]),
    ...found,
    '',
    `${rounds.length} rounds in ${minutes} min, ${document.roundsPerMinute} a minute, seed ${document.seed}.`,
    closingLine(violations.length),
  ];
}

/** One line of progress. */
export function roundLine({ facts, violations }: PlayedRound): string {
  const { round, end, note, wasHit } = facts;
  const missed = wasHit ? [] : ['not there to be killed'];
  const gone = end?.goneAfterMs == null ? [] : [`nothing left after ${seconds(end.goneAfterMs)}`];
  const told = facts.telling === 'not asked' ? [] : [facts.telling];
  const guardian = typeof facts.guardianAfterMs === 'number' ? [`another after ${seconds(facts.guardianAfterMs)}`] : [];
  const broken = violations.map(({ code, message }) => `${code}: ${message}`);
  const outcome = [...missed, ...guardian, ...told, ...gone, ...broken].join(', ');
  return `${String(round.number).padStart(4)}  ${describeRound(round)}${note === '' ? '' : ` (${note})`}: ${outcome}`;
}

function closingLine(count: number): string {
  if (count === 0) return 'Every promise was kept.';
  return count === 1 ? '1 promise was broken.' : `${count} promises were broken.`;
}

function cellRow(cell: Cell): string[] {
  const counts = [cell.rounds, cell.missed, cell.left, cell.violations].map(String);
  return [cell.victim, cell.phase, ...counts, cell.slowestMs === null ? '' : seconds(cell.slowestMs)];
}

function totalOf(cells: readonly Cell[]): Cell {
  const sum = (of: (cell: Cell) => number): number => cells.reduce((total, cell) => total + of(cell), 0);
  const slowest = cells.flatMap(({ slowestMs }) => slowestMs ?? []);
  return {
    victim: 'all',
    phase: '',
    rounds: sum(({ rounds }) => rounds),
    missed: sum(({ missed }) => missed),
    left: sum(({ left }) => left),
    violations: sum(({ violations }) => violations),
    slowestMs: slowest.length === 0 ? null : Math.max(...slowest),
  };
}

/** Words to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
