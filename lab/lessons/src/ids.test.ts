import { expect, test } from 'vitest';
import { idsOf, linkIds, sectionOf } from './ids.ts';

const text = 'See `tea-time/hot` and `tea-time/mutants/cold-pot`, not `src/tea.ts` or `lessons/tea`.';

test('checks and variants are told by their ids', () => {
  expect(idsOf(text).map(({ id, kind }) => [id, kind])).toEqual([
    ['tea-time/hot', 'check'],
    ['tea-time/mutants/cold-pot', 'variant'],
  ]);
});

test('an id becomes a link to the page of its scenario', () => {
  expect(linkIds(text)).toBe(
    'See [`tea-time/hot`](/scenarios/tea-time/#hot) and [`tea-time/mutants/cold-pot`](/scenarios/tea-time/#mutants/cold-pot), not `src/tea.ts` or `lessons/tea`.',
  );
});

test('a section ends where the next one or the next part begins', () => {
  const lesson = '<a id="hot"></a>\n\n### Hot\n\nA.\n\n<a id="cold"></a>\n\n### Cold\n\nB.\n\n## Sources\n\nC.\n';
  expect(sectionOf(lesson, 'hot')).toContain('A.');
  expect(sectionOf(lesson, 'hot')).not.toContain('B.');
  expect(sectionOf(lesson, 'cold')).toContain('B.');
  expect(sectionOf(lesson, 'cold')).not.toContain('C.');
  expect(sectionOf(lesson.replaceAll('### ', '## '), 'cold')).toContain('B.');
  expect(sectionOf(lesson, 'warm')).toBeUndefined();
});
