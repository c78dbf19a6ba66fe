import type { PageFigures } from './page-figures.ts';

/** A page and what was measured of it. */
export interface MeasuredPage {
  readonly path: string;
  readonly figures: PageFigures;
}

/** Performance is a model of a phone on a busy machine and may lose two points; the others are counted. */
export const goals = { performance: 98, accessibility: 100, bestPractices: 100, seo: 100 } as const;

/** The scores that miss their goals, each in a sentence, with what cost the points. */
export function missedGoals(pages: readonly MeasuredPage[]): string[] {
  return pages.flatMap(({ path, figures }) => {
    const missed = Object.entries(goals).filter(([name, least]) => figures[name as keyof typeof goals] < least);
    if (missed.length === 0) return [];
    const said = missed.map(([name, least]) => `${name} is ${figures[name as keyof typeof goals]}, not ${least}`);
    return [`${path}: ${said.join('; ')}.`, ...figures.lost.map((lost) => `  ${lost}`)];
  });
}

/** One line for each page. */
export function figuresTable(pages: readonly MeasuredPage[]): string[] {
  const head = ['Page', 'Perf.', 'Access.', 'Best pr.', 'SEO', 'KB', 'Blocking ms', 'Shift', 'Paint s'];
  const rows = pages.map(({ path, figures }) => [
    path,
    ...[figures.performance, figures.accessibility, figures.bestPractices, figures.seo].map(String),
    (figures.bytes / 1_024).toFixed(0),
    figures.blockingMs.toFixed(0),
    figures.layoutShift.toFixed(3),
    (figures.largestPaintMs / 1_000).toFixed(2),
  ]);
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return [head, ...rows].map((row) => lineOf(row).join('  '));
}
