interface BatchSizeLimits {
  /** How long a batch is meant to take. */
  readonly targetMs: number;
  readonly rowsMax: number;
}

const ROWS_MIN = 10;

/**
 * Rows of the next batch, so that it takes about `targetMs`. It grows by half at most, and shrinks to half at most: one
 * slow moment must not slow down the rest, nor one quick batch lead to a long one.
 */
export function nextBatchRows(rows: number, tookMs: number, { targetMs, rowsMax }: BatchSizeLimits): number {
  const fitting = (rows * targetMs) / Math.max(tookMs, 1);
  return within(Math.min(Math.max(fitting, rows / 2), rows * 1.5), rowsMax);
}

/** Rows of the next batch after one that met a lock or took too long, and was undone. */
export function smallerBatchRows(rows: number, { rowsMax }: BatchSizeLimits): number {
  return within(rows / 4, rowsMax);
}

function within(rows: number, rowsMax: number): number {
  return Math.round(Math.min(Math.max(rows, ROWS_MIN), rowsMax));
}
