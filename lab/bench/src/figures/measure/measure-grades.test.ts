import type { Report } from '@lab/sdk';
import { expect, test } from 'vitest';
import { gradesNote } from './measure-grades.ts';

const lab: Report['lab'] = {
  run: '20260101-000000-aaaa',
  problem: null,
  machine: { platform: 'test', cores: 2, memoryGiB: 4, node: 'v24' },
  versions: {},
  load: { planned: 225, delivered: 224, dropped: 0 },
  phases: {},
};

test('grades are told with their times, every verdict, and the load', () => {
  const reports = (['passed', 'inconclusive', 'passed'] as const).map((verdict) => ({ verdict, lab }));
  expect(gradesNote([9.5, 20, 9.7], reports)).toBe(
    'Median 9.70 s, p95 20.00 s, max 20.00 s. Verdicts: 2 passed, 1 inconclusive. Load in their calm windows: 672 of 675 requests.',
  );
});
