const page = 10;

/** Where a key takes the cursor among `count` points; null where the key is not the chart's. `at` null: at the end. */
export function moveCursor(key: string, at: number | null, count: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const from = Math.min(at ?? last, last);
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowDown: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    PageDown: from - page,
    PageUp: from + page,
    Home: 0,
    End: last,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return to === undefined ? null : Math.min(last, Math.max(0, to));
}
