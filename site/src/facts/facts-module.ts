import type { SiteFacts } from './site-facts.ts';

const name = 'virtual:lab-facts';

/** Lets pages import the facts, as data: what they come from stays out of the bundler. */
export function factsModule(facts: SiteFacts) {
  return {
    name: 'lab-facts',
    resolveId: (id: string) => (id === name ? `\0${name}` : null),
    load: (id: string) => (id === `\0${name}` ? `export const facts = ${JSON.stringify(facts)};` : null),
  };
}
