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
    ...scenarios.map(({ id, title }) => ({ kind: 'Scenario', id, title, href: `/scenarios/${id}/` })),
    ...lessons.map(({ topic, name, promise }) => ({
      kind: 'Lesson',
      id: `lessons/${topic}`,
      title: name === promise ? name : `${name}: ${promise}`,
      href: `/lessons/${topic}/`,
    })),
    ...scenarios.flatMap((scenario) =>
      scenario.checks.map(({ id, name, title }) => ({
        kind: 'Check',
        id,
        title,
        href: `/scenarios/${scenario.id}/#${name}`,
      })),
    ),
    ...findings.map(({ code, meaning }) => ({
      kind: 'Finding',
      id: code,
      title: meaning,
      href: `/reference/findings/#${code}`,
    })),
    ...problems.map(({ code, title }) => ({ kind: 'Error', id: code, title, href: `/reference/errors/#${code}` })),
    ...labErrors.map(({ code, messages }) => ({
      kind: 'Error',
      id: code,
      title: messages[0] ?? '',
      href: `/reference/errors/#${code}`,
    })),
    ...faults.map(({ id, title }) => ({ kind: 'Fault', id, title, href: `/reference/faults/#${id}` })),
    ...metrics.map(({ name, help }) => ({
      kind: 'Metric',
      id: name,
      title: help,
      href: `/reference/metrics/#${name}`,
    })),
    ...glossary.map(({ id, word, means }) => ({ kind: 'Word', id: word, title: means, href: `/glossary/#${id}` })),
  ];
}
