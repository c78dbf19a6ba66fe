import type { MeasuredRow } from '../report/document.ts';
import type { RowId } from '../report/rows.ts';
import type { Rows } from './bench.ts';

export interface CollectedRows extends Rows {
  readonly all: readonly MeasuredRow[];
}

/** Keeps the wanted rows, each with how busy the machine was when the one before it was finished. */
export function collectRows(options: {
  readonly wanted: ReadonlySet<RowId>;
  loadavg(): readonly number[];
  onRow(row: MeasuredRow): void;
}): CollectedRows {
  const all: MeasuredRow[] = [];
  let before = options.loadavg();
  const has = (row: RowId, of: string): boolean => all.some((one) => one.row === row && one.of === of);
  return {
    all,
    isWanted: (row) => options.wanted.has(row),
    has,
    add: (figure) => {
      if (!options.wanted.has(figure.row)) return;
      const row = { ...figure, loadavg: before };
      all.push(row);
      before = options.loadavg();
      options.onRow(row);
    },
  };
}
