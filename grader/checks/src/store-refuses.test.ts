import { expect, test } from 'vitest';
import { storeRefuses } from './store-refuses.ts';
import { uploadRow, uploadsRun } from './testing/uploads.ts';
import type { UploadRow } from './uploads.ts';
import { uploadsEnd } from './uploads-end.ts';

const facts = { id: 'shop/refuses', title: '', points: 10, lesson: 'lessons/uploads#refuses', experiments: ['sizes'] };
const check = storeRefuses({ ...facts, groups: ['size'] });

function submission(change: UploadRow = {}): UploadRow {
  return {
    ...{ experiment: 'sizes', group: 'size', what: 'an empty picture', upload: 'upload-1', bytes: 0, operation: 9 },
    ...{ atMs: 1, expected: 'refused', sent: 400, code: 'EntityTooSmall', left: 0 },
    ...change,
  };
}
const proper = submission({ what: 'the right file', expected: 'taken', sent: 204, code: null, left: 1 });
const codes = (...rows: readonly UploadRow[]) =>
  check.judge(uploadsRun(['sizes'], { submissions: rows })).map(({ code }) => code);

test('what is refused and leaves nothing passes, beside what is taken', () => {
  expect(codes(submission(), proper)).toEqual([]);
});

test('a store that hangs up in the middle of a large file has refused it', () => {
  expect(codes(submission({ sent: null, code: null }), proper)).toEqual([]);
});

test.each<[string, UploadRow, string]>([
  ['a file that was taken', submission({ sent: 204, left: 1 }), 'STORE_TOOK_IT'],
  ['one that was taken and is gone at once', submission({ sent: 204, left: 0 }), 'STORE_TOOK_IT'],
  ['one that was refused and is there', submission({ left: 1 }), 'OBJECT_LEFT'],
  ['an allowed one that was refused', { ...proper, sent: 403, left: 0 }, 'STORE_REFUSED_IT'],
  ['an allowed one that was taken and is not there', { ...proper, left: 0 }, 'STORE_REFUSED_IT'],
])('%s is found', (_what, row, code) => {
  expect(codes(submission(), proper, row)).toEqual([code]);
});

test('other groups are another check’s, and none at all is no proof', () => {
  expect(codes(proper, submission({ group: 'key', sent: 204 }))).toEqual([]);
  expect(codes(submission({ group: 'key' }))).toEqual(['NOT_MEASURED']);
  expect(check.judge(uploadsRun([], {}))).toEqual([]);
});

const ends = uploadsEnd({ ...facts, experiments: ['late'], withinMs: 8_000 });

function end(change: UploadRow = {}): UploadRow {
  const over = { status: 'failed', isOver: true, left: 0, afterMs: 3_100, confirmed: 409 };
  return { ...uploadRow({ experiment: 'late', what: 'a file that never came' }), ...over, ...change };
}

function codesAtTheEnd(
  submissions: readonly UploadRow[],
  rows: readonly UploadRow[],
  uploads: readonly UploadRow[] = [],
) {
  const late = submissions.map((row) => ({ ...row, experiment: 'late', group: 'time' }));
  const run = uploadsRun(['late'], { submissions: late, 'upload-ends': rows, uploads });
  return ends.judge(run).map(({ code }) => code);
}

test('forms that end, and uploads that end with them, pass', () => {
  expect(codesAtTheEnd([submission(), proper], [end(), end({ status: null, confirmed: 404 })])).toEqual([]);
});

test.each<[string, readonly UploadRow[], UploadRow, string]>([
  ['a form that is good for ever', [submission({ sent: 204, left: 1 })], end(), 'STORE_TOOK_IT'],
  ['a form that ends too soon', [{ ...proper, sent: 403 }], end(), 'STORE_REFUSED_IT'],
  ['an upload that waits for ever', [submission()], end({ status: 'pending', isOver: false }), 'NOT_CLEARED'],
  ['a file that stays', [submission()], end({ isOver: false, left: 1 }), 'NOT_CLEARED'],
  ['a confirmation after the end', [submission()], end({ confirmed: 202 }), 'CONFIRMED_AFTER_ITS_END'],
])('%s is found', (_what, submissions, row, code) => {
  expect(codesAtTheEnd(submissions, [row])).toEqual([code]);
});

test('a file that came in time must become ready', () => {
  const waiting = uploadRow({ experiment: 'late', status: 'uploaded', decidedAfterMs: null });
  expect(codesAtTheEnd([proper], [end()], [waiting])).toEqual(['NOT_READY']);
});

test('half of the figures are none', () => {
  expect(codesAtTheEnd([], [end()])).toEqual(['NOT_MEASURED']);
  expect(codesAtTheEnd([submission()], [])).toEqual(['NOT_MEASURED']);
});
