import type { ScenarioFacts } from '@lab/facts';

/** How a family is called on pages, and what goes wrong in it. */
export interface Family {
  readonly id: string;
  readonly name: string;
  readonly trouble: string;
}

/** In the order of the course: what one assumes, the next takes further. */
export const families: readonly Family[] = [
  { id: 'cache', name: 'Caching', trouble: 'A copy outlives what it was copied from.' },
  { id: 'jobs', name: 'Background jobs', trouble: 'Work is done twice, or never, when a worker dies.' },
  { id: 'limits', name: 'Rate limits', trouble: 'One quota becomes three, and the honest are turned away.' },
  { id: 'migrations', name: 'Migrations', trouble: 'A change of a few milliseconds stops everybody behind it.' },
  { id: 'uploads', name: 'Uploads', trouble: 'What the client says about a file is believed.' },
];

/** A name for any family, also for one that nobody has described yet. */
export function familyOf(id: string): Family {
  return families.find((family) => family.id === id) ?? { id, name: id, trouble: '' };
}

/** Scenarios by family, in the order of the course. */
export function byFamily(scenarios: readonly ScenarioFacts[]): { family: Family; scenarios: ScenarioFacts[] }[] {
  const ids = [...new Set([...families.map(({ id }) => id), ...scenarios.map(({ family }) => family)])];
  return ids
    .map((id) => ({ family: familyOf(id), scenarios: scenarios.filter((scenario) => scenario.family === id) }))
    .filter(({ scenarios: found }) => found.length > 0);
}
