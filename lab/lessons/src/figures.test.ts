import type { Report } from '@lab/sdk';
import { expect, test } from 'vitest';
import { figuresOf } from './figures.ts';
import { figureBlocksOf, withFigures } from './figures-in-lesson.ts';

const finding = {
  code: 'COLD',
  severity: 'failure',
  message: 'The tea was cold.',
  measured: { text: '20 °C | 3 cups' },
  expected: { text: '80 °C' },
  at: 1,
  refs: { experiment: 'poured' },
  lesson: 'lessons/tea#hot',
} as const;

function report(subject: string, verdict: Report['verdict'] = 'failed'): Report {
  const failed = verdict === 'failed';
  return {
    schema: 'lab.grade/1',
    scenario: 'tea-time',
    subject,
    verdict,
    score: failed ? 5 : 10,
    maxScore: 10,
    seed: 7,
    checks: [
      {
        id: 'tea-time/hot',
        title: 'Hot',
        status: failed ? 'failed' : 'passed',
        points: 0,
        maxPoints: 10,
        findings: failed ? [finding, finding, { ...finding, severity: 'note' }] : [],
      },
    ],
    rejection: null,
    ignoredFiles: [],
    lab: {
      run: '20261121-232327-d8aa',
      problem: null,
      machine: { platform: 'linux-x64', cores: 2, memoryGiB: 24, node: 'v24.0.0' },
      versions: {},
      load: { planned: 1, delivered: 1, dropped: 0 },
      phases: {},
    },
  };
}

const commit = '0123456789abcdef';

test('figures tell what was measured, when, by which command and of which commit', () => {
  const figures = figuresOf([report('broken'), report('reference', 'passed')], commit);
  expect(figures).toMatchObject({ scenario: 'tea-time', date: '2026-11-21', commit });
  expect(figures.measurements.map(({ subject, command }) => [subject, command])).toEqual([
    ['broken', 'npx lab grade tea-time --variant broken --seed 7'],
    ['reference', 'npx lab grade tea-time --variant reference --seed 7'],
  ]);
  expect(figures.measurements[0]?.checks[0]?.findings).toEqual([
    { code: 'COLD', measured: '20 °C | 3 cups', expected: '80 °C', experiment: 'poured' },
  ]);
});

test('a run that measured nothing gives no figures', () => {
  expect(() => figuresOf([report('broken', 'inconclusive')], commit)).toThrow('it measured nothing');
  expect(() => figuresOf([], commit)).toThrow('There is no report');
});

test('a lesson shows the figures between two marks, again and again the same', () => {
  const figures = figuresOf([report('broken'), report('reference', 'passed')], commit);
  const lesson = '<!-- figures tea-time broken -->\n<!-- end of figures -->\n';
  const filled = withFigures(lesson, () => figures);
  expect(filled).toContain(
    'Measured on 21 November 2026 by `npx lab grade tea-time --variant broken --seed 7`: failed, 5 of 10 points.',
  );
  expect(filled).toContain('| `tea-time/hot` | 20 °C \\| 3 cups | 80 °C    |');
  expect(withFigures(filled, () => figures)).toBe(filled);
  expect(figureBlocksOf(filled)).toHaveLength(1);
});

test('a variant that nobody has measured cannot be shown, and a scenario that nobody has measured stays empty', () => {
  const lesson = '<!-- figures tea-time mutants/iced -->\n<!-- end of figures -->\n';
  const figures = figuresOf([report('broken')], commit);
  expect(() => withFigures(lesson, () => figures)).toThrow('Nobody has measured mutants/iced of tea-time.');
  expect(withFigures(lesson, () => undefined)).toBe(lesson);
});
