import { expect, test } from 'vitest';
import type { GradeDocument } from '../run-types.ts';
import { momentOf } from './check-moment.ts';

const event = (kind: string, name: string, startMs: number) => ({ kind, name, startMs, endMs: null, text: null });
const told = (experiments: readonly string[]) => ({ lesson: null, paragraphs: [], experiments });
const document: Pick<GradeDocument, 'timeline' | 'lessons'> = {
  timeline: [event('phase', 'baseline', 2_000), event('experiment', 'a', 9_000), event('experiment', 'b', 5_000)],
  lessons: { 'x/ab': told(['a', 'b']), 'x/calm': told([]), 'x/late': told(['c']) },
};
const moment = (id: string, ...ats: (number | null)[]) => {
  const findings = ats.map((at) => ({ at })) as Parameters<typeof momentOf>[1]['findings'];
  return momentOf(document, { id, findings });
};

test('a check is to be seen where its finding says, else where its experiments began', () => {
  expect(moment('x/ab', null, 12_400)).toBe(12_400);
  expect(moment('x/ab', 0)).toBe(0);
  expect(moment('x/ab')).toBe(5_000);
});

test('one that needs no experiment is decided in the calm, and one whose experiments never ran nowhere', () => {
  expect(moment('x/calm')).toBe(2_000);
  expect(moment('x/late', null)).toBeNull();
});
