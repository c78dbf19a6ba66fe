import type { MetricUnit } from './lab-facts.ts';

const byEnd: readonly (readonly [RegExp, MetricUnit])[] = [
  [/_seconds(?:_total)?$/, 'seconds'],
  [/_bytes(?:_total)?$/, 'bytes'],
  [/_cents(?:_total)?$/, 'cents'],
];

/** By the convention of Prometheus a metric's name ends with its unit; one that says yes or no tells it in its help. */
export function unitOf(name: string, help: string): MetricUnit {
  const [, unit] = byEnd.find(([end]) => end.test(name)) ?? [];
  return unit ?? (/^1 (?:for|while) /.test(help) ? '0 or 1' : 'a number');
}
