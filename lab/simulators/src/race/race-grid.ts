/** A place for a word or a cell. Each cell is `CELL_HEIGHT` high. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where the names of lines and the cells of steps are, below `top`. */
export interface RaceGrid {
  readonly height: number;
  name(line: number): Place;
  cell(line: number, step: number): Place;
}

export const CELL_HEIGHT = 22;
const GAP = 3;
const MARGIN = 8;
const NAMES_WIDTH = 72;
/** With less, seven words do not fit side by side, and time runs down as in the tables of the lessons. */
const WIDE = 560;
/** What a reader and a writer do takes more room than what a database and a cache hold. */
const shares = [0.3, 0.3, 0.22, 0.18];

export function raceGrid(width: number, top: number, steps: number): RaceGrid {
  return width >= WIDE ? acrossGrid(width, top, steps) : downGrid(width, top, steps);
}

function acrossGrid(width: number, top: number, steps: number): RaceGrid {
  const step = (width - NAMES_WIDTH - MARGIN) / steps;
  const y = (line: number) => top + line * (CELL_HEIGHT + GAP);
  return {
    height: shares.length * (CELL_HEIGHT + GAP),
    name: (line) => ({ x: MARGIN, y: y(line), width: NAMES_WIDTH }),
    cell: (line, index) => ({ x: NAMES_WIDTH + index * step, y: y(line), width: step - 2 }),
  };
}

function downGrid(width: number, top: number, steps: number): RaceGrid {
  const room = width - 2 * MARGIN;
  const x = (line: number) => MARGIN + room * shares.slice(0, line).reduce((sum, share) => sum + share, 0);
  const y = (row: number) => top + row * CELL_HEIGHT;
  const wide = (line: number) => room * (shares[line] ?? 0) - 2;
  return {
    height: (steps + 1) * CELL_HEIGHT + GAP,
    name: (line) => ({ x: x(line), y: y(0), width: wide(line) }),
    cell: (line, index) => ({ x: x(line), y: y(index + 1), width: wide(line) }),
  };
}
