import type { StarlightUserConfig } from '@astrojs/starlight/types';
import type { SiteFacts } from '../facts/site-facts.ts';

type Sidebar = NonNullable<StarlightUserConfig['sidebar']>;

/** What is at the side of every page but the map. */
export function sidebarOf(facts: SiteFacts): Sidebar {
  return [
    { label: 'Course map', link: '/' },
    {
      label: 'Lessons',
      items: facts.lessons.map(({ topic, name }) => ({ label: name, link: `/lessons/${topic}/` })),
    },
    {
      label: 'Scenarios',
      items: facts.scenarios.map(({ id, title }) => ({ label: title, link: `/scenarios/${id}/` })),
    },
    {
      label: 'Reference',
      items: [
        { label: 'Checks', link: '/reference/checks/' },
        { label: 'Findings', link: '/reference/findings/' },
        { label: 'Faults', link: '/reference/faults/' },
        { label: 'Metrics', link: '/reference/metrics/' },
        { label: 'Error codes', link: '/reference/errors/' },
        { label: 'Glossary', link: '/glossary/' },
      ],
    },
    {
      label: 'For authors',
      collapsed: true,
      items: [
        { label: 'Writing a scenario', link: '/guides/authors-guide/' },
        { label: 'Decisions', collapsed: true, items: [{ autogenerate: { directory: 'decisions' } }] },
      ],
    },
  ];
}
