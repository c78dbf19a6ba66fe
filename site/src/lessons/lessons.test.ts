import { expect, test } from 'vitest';
import { leadOf, orderOf, scenariosOf, titleOf } from './lesson-title.ts';
import { pageId, pageOfFile } from './page-of-file.ts';

test('a title is that of the front matter, else the first heading', () => {
  expect(titleOf("---\ntitle: 'Caching: one''s own'\nsidebar: { order: 2 }\n---\n\n# Other\n")).toBe(
    "Caching: one's own",
  );
  expect(titleOf('```sh\n# a comment\n```\n\n# `lab` and *more*\n')).toBe('lab and more');
  expect(titleOf('No heading.')).toBeNull();
});

test('the order, its own and that of its scenarios, is that of the front matter alone', () => {
  expect(orderOf('---\nsidebar: { order: 12 }\n---\n')).toBe(12);
  expect(orderOf('In order: 3')).toBeNull();
  expect(scenariosOf('---\nscenarios: [one-thing, two-things]\n---\n')).toEqual(['one-thing', 'two-things']);
  expect(scenariosOf('# A')).toEqual([]);
});

test('the lead is the first sentence, without marks', () => {
  expect(leadOf('# A\n\nA **cache** keeps [copies](x.md). More.\n')).toBe('A cache keeps copies.');
  expect(leadOf('# A\n\n| a |\n')).toBeNull();
});

test('links between files of the repository are links between pages', () => {
  const from = '/repo/lessons/caching/index.md';
  expect(pageOfFile('/repo', from, '../stampedes/index.md#why')).toEqual({
    path: 'lessons/stampedes/index.md',
    href: '/lessons/stampedes/#why',
  });
  expect(pageOfFile('/repo', from, '../../lab/decisions/0007-judged.md').href).toBe('/decisions/0007-judged/');
  expect(pageOfFile('/repo', from, '../../lab/service/README.md')).toEqual({
    path: 'lab/service/README.md',
    href: null,
  });
  expect(pageId('lessons/caching/index.md')).toBe('lessons/caching');
  expect(pageId('docs/authors-guide.md')).toBe('guides/authors-guide');
});
