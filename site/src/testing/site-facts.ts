import type { CheckFacts, ScenarioFacts, SiteFacts } from '../facts/site-facts.ts';

const check: CheckFacts = {
  id: 'one-thing/no-harm',
  name: 'no-harm',
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
  faults: [{ id: 'link-down', title: 'A link is down', about: 'It is.', isOneShot: false, parameters: [] }],
  metrics: [{ name: 'things_total', type: 'counter', help: 'Things.', labels: [], file: 'a.ts', line: 1 }],
  findings: [{ code: 'HARM_DONE', meaning: 'Harm was done.', files: [] }],
  problems: [{ code: 'NOT_FOUND', status: 404, title: 'There is nothing here' }],
  labErrors: [{ code: 'E_PORT', family: 'EnvironmentError', messages: ['Port … is taken.'], file: 'b.ts' }],
};
