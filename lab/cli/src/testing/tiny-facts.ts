import type { LabFacts } from '@lab/facts';
import { tinyScenario } from './tiny-scenario.ts';

/** What is known of the tiny scenario, and one of each other kind. */
export function tinyFacts(): LabFacts {
  const { id, family, title, level, minutes, lesson, story, editable, startWith, hints, experiments, checks } =
    tinyScenario();
  return {
    scenarios: [
      {
        id,
        page: `/scenarios/${id}/`,
        ...{ family, title, level, minutes, lesson, editable, startWith, hints },
        story: story.text,
        budgets: story.budgets,
        parts: ['postgres', 'toxiproxy'],
        replicas: { api: 3 },
        requestsPerSecond: 10,
        experiments: experiments.map((experiment) => ({ id: experiment.id, title: experiment.title })),
        checks: checks.map((check) => ({
          ...{ id: check.id, title: check.title, points: check.points, lesson: check.lesson },
          name: check.id.slice(id.length + 1),
          page: `/scenarios/${check.id.replace('/', '/#')}`,
          experiments: check.experiments,
          codes: ['TEA_COLD'],
          faults: ['kettle-off'],
          metrics: ['tea_seconds'],
        })),
        matrix: { runs: 0, rows: [] },
      },
    ],
    faults: [
      {
        id: 'kettle-off',
        page: '/reference/faults/#kettle-off',
        title: 'The kettle is off',
        about: 'Water stays cold.',
        isOneShot: false,
        parameters: [{ name: 'cups', about: 'how many', usual: '2', takes: 'a whole number from 1 to 6' }],
        checks: ['stale-tea/hot', 'stale-tea/drunk'],
      },
    ],
    metrics: [
      {
        name: 'tea_seconds',
        page: '/reference/metrics/#tea_seconds',
        type: 'histogram',
        unit: 'seconds',
        help: 'Time that the tea drew.',
        labels: ['kind'],
        file: 'lab/service/src/tea.ts',
        line: 3,
        checks: ['stale-tea/hot'],
      },
    ],
    findings: [
      {
        code: 'TEA_COLD',
        page: '/reference/findings/#TEA_COLD',
        meaning: 'The tea was cold.',
        files: ['scenarios/stale-tea/checks.ts'],
        checks: ['stale-tea/hot'],
      },
    ],
    problems: [{ code: 'NO_TEA', page: '/reference/errors/#NO_TEA', status: 404, title: 'There is no tea' }],
    labErrors: [
      {
        code: 'E_KETTLE',
        page: '/reference/errors/#E_KETTLE',
        family: 'EnvironmentError',
        about: 'Exit 69: this machine cannot run what was asked for.',
        messages: ['The kettle … is missing.', 'The kettle leaks.'],
        file: 'lab/cli/src/kettle.ts',
      },
    ],
  };
}
