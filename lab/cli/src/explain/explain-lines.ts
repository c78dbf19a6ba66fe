import { alignColumns } from '../output/columns.ts';
import type { Paint } from '../output/paint.ts';
import type { Explained } from './explained.ts';

/** What is told of a subject, for people. `url` is the address of its page where a console answers. */
export function explainLines(explained: Explained, url: string | null, paint: Paint): string[] {
  const { kind, id, title, text, unit, lesson, page, checks } = explained;
  // Their titles are sentences of their own; of the others the id is what was read in a chart, a report or a log.
  const isNamed = kind === 'scenario' || kind === 'check';
  const facts = [
    ['Measured in', unit === 'a number' ? 'numbers' : unit],
    ['Try', explained.faults.join(', ')],
    ['Watch', explained.metrics.join(', ')],
    ['Finds', explained.findings.join(', ')],
    ['Lesson', lesson],
    ['Page', url ?? `${page} in npx lab open --console`],
  ] as const;
  return [
    isNamed ? paint.bold(title) : `${paint.bold(id)}  ${title}`,
    '',
    ...text.flatMap((paragraph) => [paragraph, '']),
    ...(checks.length === 0 ? [] : [`Checks, with their sections in the lessons:`]),
    ...alignColumns(checks.map((check) => [`  ${check.id}`, check.lesson])),
    ...(checks.length === 0 ? [] : ['']),
    ...facts.filter(([, told]) => told !== null && told !== '').map(([word, told]) => `${word}: ${told}`),
  ];
}
