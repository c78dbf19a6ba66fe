/** Figures for people: three significant digits at most, the unit always there. */

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function milliseconds(ms: number | null): string {
  if (ms === null) return '– ms';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

export function perSecond(value: number): string {
  const text = value > 0 && value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return `${text}`;
}

export function duration(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1_000));
  if (total < 60) return `${total} s`;
  if (total < 3_600) return `${Math.floor(total / 60)} min ${total % 60} s`;
  return `${Math.floor(total / 3_600)} h ${Math.floor((total % 3_600) / 60)} min`;
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

const bars = '▁▂▃▄▅▆▇█';

/** The newest `width` values as bars, scaled to the largest; gaps are spaces. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const largest = Math.max(1, ...shown.map((value) => value ?? 0));
  return shown
    .map((value) => (value === null ? ' ' : (bars[Math.min(7, Math.floor((value / largest) * 8))] ?? ' ')))
    .join('');
}
