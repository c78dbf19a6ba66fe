import { expect, test } from 'vitest';
import { siteFacts } from '../testing/site-facts.ts';
import { sectionNote } from './section-note.ts';

test('a section that a check links to leads back to it, and to faults and metrics', () => {
  const note = sectionNote(siteFacts, 'lessons/one', 'no-harm');
  expect(note).toContain('<a href="/scenarios/one-thing/#no-harm"><code>one-thing/no-harm</code></a>, 60 points');
  expect(note).toContain('href="/reference/faults/#link-down"');
  expect(note).toContain('href="/reference/metrics/#things_total"');
});

test('other sections have none', () => {
  expect(sectionNote(siteFacts, 'lessons/one', 'sources')).toBe('');
  expect(sectionNote(siteFacts, 'lessons/two', 'no-harm')).toBe('');
});
