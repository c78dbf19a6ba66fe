import type { CheckFacts } from '@lab/facts';
import type { SiteFacts } from '../facts/site-facts.ts';

/**
 * The line under the heading of a section that checks link to: which they are, what they are worth, and which faults and
 * metrics show the same. HTML; empty for a section of its own.
 */
export function sectionNote(facts: SiteFacts, lesson: string, anchor: string): string {
  const checks = facts.scenarios.flatMap((scenario) =>
    scenario.checks
      .filter((check) => check.lesson === `${lesson}#${anchor}`)
      .map((check) => ({ check, scenario: scenario.id })),
  );
  if (checks.length === 0) return '';
  return checks.map(({ check, scenario }) => noteOf(check, scenario)).join('');
}

function noteOf({ id, name, points, faults, metrics }: CheckFacts, scenario: string): string {
  const facts = [
    ['Check', `<a href="/scenarios/${scenario}/#${name}"><code>${id}</code></a>, ${points} points`],
    ['Try', faults.map((fault) => link(`/reference/faults/#${fault}`, fault)).join(', ')],
    ['Watch', metrics.map((metric) => link(`/reference/metrics/#${metric}`, metric)).join(', ')],
  ] as const;
  const items = facts.filter(([, html]) => html !== '').map(([word, html]) => `<span><b>${word}</b> ${html}</span>`);
  return `<p class="section-note" data-check="${id}">${items.join(' ')}</p>`;
}

function link(href: string, name: string): string {
  return `<a href="${href}"><code>${name}</code></a>`;
}
