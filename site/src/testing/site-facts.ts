import type { CheckFacts, ScenarioFacts } from '@lab/facts';
import type { SiteFacts } from '../facts/site-facts.ts';

const check: CheckFacts = {
  id: 'one-thing/no-harm',
  name: 'no-harm',
  page: '/scenarios/one-thing/#no-harm',
  title: 'Nothing is harmed',
  points: 60,
  lesson: 'lessons/one#no-harm',
  experiments: [],
  codes: ['HARM_DONE'],
  faults: ['link-down'],
  metrics: ['things_total'],
};

const scenario: ScenarioFacts = {
  id: 'one-thing',
  page: '/scenarios/one-thing/',
  family: 'cache',
  title: 'One thing',
  level: 'standard',
  minutes: 10,
  lesson: 'lessons/one',
  story: ['It breaks.'],
  budgets: [],
  parts: ['postgres'],
  replicas: { api: 1 },
  requestsPerSecond: 10,
  editable: ['src/**'],
  startWith: [],
  hints: [],
  experiments: [],
  checks: [check],
  matrix: { runs: 0, rows: [] },
};

/** One of each, for tests. */
export const siteFacts: SiteFacts = {
  lessons: [{ topic: 'one', name: 'One', promise: 'Nothing is harmed', scenarios: ['one-thing'] }],
  scenarios: [scenario],
  faults: [
    {
      id: 'link-down',
      page: '/reference/faults/#link-down',
      title: 'A link is down',
      about: 'It is.',
      isOneShot: false,
      parameters: [],
      checks: ['one-thing/no-harm'],
    },
  ],
  metrics: [
    {
      name: 'things_total',
      page: '/reference/metrics/#things_total',
      type: 'counter',
      unit: 'a number',
      help: 'Things.',
      labels: [],
      file: 'a.ts',
      line: 1,
      checks: ['one-thing/no-harm'],
    },
  ],
  findings: [
    {
      code: 'HARM_DONE',
      page: '/reference/findings/#HARM_DONE',
      meaning: 'Harm was done.',
      files: [],
      checks: ['one-thing/no-harm'],
    },
  ],
  problems: [{ code: 'NOT_FOUND', page: '/reference/errors/#NOT_FOUND', status: 404, title: 'There is nothing here' }],
  labErrors: [
    {
      code: 'E_PORT',
      page: '/reference/errors/#E_PORT',
      family: 'EnvironmentError',
      about: 'Exit 69: this machine cannot run it.',
      messages: ['Port … is taken.'],
      file: 'b.ts',
    },
  ],
};
