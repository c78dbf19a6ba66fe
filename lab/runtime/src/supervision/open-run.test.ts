import { expect, test } from 'vitest';
import { newRunId } from './open-run.ts';

test('a run is named by its time in UTC and four hexadecimal digits', () => {
  expect(newRunId(new Date('2026-11-21T01:02:03.456Z'))).toMatch(/^20261121-010203-[0-9a-f]{4}$/);
});
