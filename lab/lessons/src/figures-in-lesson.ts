import type { Figures, Measurement } from './figures.ts';

const block = /<!-- figures (?<scenario>[\w-]+) (?<subject>\S+) -->\n[\s\S]*?<!-- end of figures -->/g;

/** A place in a lesson that shows what a variant was measured to do. */
export interface FigureBlock {
  readonly scenario: string;
  readonly subject: string;
  /** As it stands there, with its marks. */
  readonly text: string;
}

/** Figures stand between two comments, which the script fills: they are never typed. */
export function figureBlocksOf(lesson: string): readonly FigureBlock[] {
  return [...lesson.matchAll(block)].map(({ 0: text, groups = {} }) => {
    return { scenario: groups['scenario'] ?? '', subject: groups['subject'] ?? '', text };
  });
}

/**
 * The lesson with its figures as they are. `find` has the figures of a scenario; a block of a scenario that nobody has
 * measured yet is left empty. Throws RangeError where a variant of a measured one is missing.
 */
export function withFigures(lesson: string, find: (scenario: string) => Figures | undefined): string {
  return lesson.replaceAll(block, (...found) => {
    const { scenario = '', subject = '' } = found.at(-1) as Record<string, string>;
    const begin = `<!-- figures ${scenario} ${subject} -->`;
    const figures = find(scenario);
    if (!figures) return `${begin}\n<!-- end of figures -->`;
    const measured = figures.measurements.find((one) => one.subject === subject);
    if (!measured) throw new RangeError(`Nobody has measured ${subject} of ${scenario}.`);
    return `${begin}\n\n${render(figures, measured)}\n\n<!-- end of figures -->`;
  });
}

function render(figures: Figures, measured: Measurement): string {
  const failed = measured.checks.filter(({ status }) => status === 'failed');
  const passed = measured.checks.filter(({ status }) => status === 'passed').length;
  return [
    `Measured on ${dateInWords(figures.date)} by \`${measured.command}\`: ${measured.verdict}, ${measured.score} of ${measured.maxScore} points. Commit \`${figures.commit.slice(0, 12)}\`, ${figures.machine.cores} cores.`,
    ...(failed.length === 0 ? [`All ${passed} checks passed.`] : [table(failed)]),
  ].join('\n\n');
}

function table(failed: Measurement['checks']): string {
  const rows = failed.flatMap(({ id, findings }) => {
    // One line for each check: the other experiments are in the file.
    return findings.slice(0, 1).map(({ measured, expected }) => [`\`${id}\``, cell(measured), cell(expected)]);
  });
  const all = [['Check', 'Measured', 'Expected'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) => `| ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(all[0] ?? []), rule, ...all.slice(1).map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function dateInWords(date: string): string {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', options);
}
