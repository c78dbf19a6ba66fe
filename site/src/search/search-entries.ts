import type { Term } from '../facts/glossary.ts';
import type { SiteFacts } from '../facts/site-facts.ts';

/** Something that can be found by its id. */
export interface SearchEntry {
  /** What it is, for people. */
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly href: string;
}

/** Everything with an id, for the search to find it exactly: full text takes ids apart. */
export function searchEntries(facts: SiteFacts, glossary: readonly Term[]): SearchEntry[] {
  const { lessons, scenarios, faults, findings, metrics, problems, labErrors } = facts;
  return [
    ...scenarios.map(({ id, title, page }) => ({ kind: 'Scenario', id, title, href: page })),
    ...lessons.map(({ topic, name, promise }) => ({
      kind: 'Lesson',
      id: `lessons/${topic}`,
      title: name === promise ? name : `${name}: ${promise}`,
      href: `/lessons/${topic}/`,
    })),
    ...scenarios.flatMap((scenario) =>
      scenario.checks.map(({ id, title, page }) => ({ kind: 'Check', id, title, href: page })),
    ),
    ...findings.map(({ code, meaning, page }) => ({ kind: 'Finding', id: code, title: meaning, href: page })),
    ...problems.map(({ code, title, page }) => ({ kind: 'Error', id: code, title, href: page })),
    ...labErrors.map(({ code, messages, page }) => ({ kind: 'Error', id: code, title: messages[0] ?? '', href: page })),
    ...faults.map(({ id, title, page }) => ({ kind: 'Fault', id, title, href: page })),
    ...metrics.map(({ name, help, page }) => ({ kind: 'Metric', id: name, title: help, href: page })),
    ...glossary.map(({ id, word, means }) => ({ kind: 'Word', id: word, title: means, href: `/glossary/#${id}` })),
  ];
}
