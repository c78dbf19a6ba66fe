import { expect, test } from 'vitest';
import { contentDecides } from './content-decides.ts';
import { scannedClean } from './scanned-clean.ts';
import { rejectedRow, uploadRow, uploadsRun } from './testing/uploads.ts';
import type { UploadRow } from './uploads.ts';

const facts = { id: 'shop/content', title: '', points: 10, lesson: 'lessons/uploads#content', settled: 'settle' };
const selected = ['honest', 'impostors', 'settle'];
const content = contentDecides({ ...facts, experiments: ['honest', 'impostors'] });

function codes(rows: readonly UploadRow[], atRest: readonly UploadRow[] = []) {
  return content.judge(uploadsRun(selected, { uploads: rows, 'uploads-at-rest': atRest })).map(({ code }) => code);
}

test('pictures that are served as such, and pages that are not, pass', () => {
  expect(
    codes([
      uploadRow(),
      rejectedRow(),
      rejectedRow({ sent: 403, confirmed: null, status: null, decidedAfterMs: null }),
    ]),
  ).toEqual([]);
});

test('of a picture with a page in it the picture may be served', () => {
  const drawn = { ...uploadRow({ servedSha256: 'bb' }), expected: 'never', holdsPicture: true };
  expect(codes([drawn])).toEqual([]);
  expect(codes([{ ...drawn, holdsPage: true }])).toEqual(['PAGE_SERVED']);
});

test.each<[string, UploadRow, string]>([
  ['a page that is ready', rejectedRow({ status: 'ready', served: 200 }), 'IMPOSTOR_READY'],
  ['a page that can be had', rejectedRow({ served: 200 }), 'IMPOSTOR_READY'],
  ['a page that nobody decides on', rejectedRow({ status: 'scanning', decidedAfterMs: null }), 'UNDECIDED'],
  ['a picture that is shown', uploadRow({ servedAs: 'inline' }), 'SERVED_INLINE'],
  ['a picture that may be shown', uploadRow({ servedAs: null }), 'SERVED_INLINE'],
  ['a picture by another type', uploadRow({ servedKind: 'image/webp' }), 'WRONG_TYPE_SERVED'],
  ['a picture that is listed as another', uploadRow({ shownType: 'image/webp' }), 'WRONG_TYPE_SERVED'],
  ['something unknown', uploadRow({ servedKind: null }), 'WRONG_TYPE_SERVED'],
])('%s is found', (_what, row, code) => {
  expect(codes([uploadRow(), row])).toEqual([code]);
});

test('what is served only later is found too, and told once', () => {
  const ready = rejectedRow({ upload: 'upload-3', status: 'ready', served: 200 });
  expect(codes([rejectedRow({ upload: 'upload-3' })], [ready])).toEqual(['IMPOSTOR_READY']);
  const [finding] = content.judge(uploadsRun(selected, { uploads: [ready], 'uploads-at-rest': [ready] }));
  expect(finding?.measured.value).toBe(1);
});

test('without a last look nothing is judged', () => {
  expect(content.judge(uploadsRun(selected, { uploads: [uploadRow()] })).map(({ code }) => code)).toEqual([
    'NOT_MEASURED',
  ]);
  expect(content.judge(uploadsRun([], {}))).toEqual([]);
});

const scanned = scannedClean({ ...facts, experiments: ['honest', 'impostors'] });
const clean = { sha256: 'aa', reply: 'stream: OK', isInfected: false };

function scanCodes(
  atRest: readonly UploadRow[],
  scans: readonly UploadRow[],
  confirmations: readonly UploadRow[] = [],
) {
  const tables = { 'uploads-at-rest': atRest, scans, confirmations };
  return scanned.judge(uploadsRun(selected, tables)).map(({ code }) => code);
}

test('what the scanner called clean may be ready, as it came or drawn anew', () => {
  expect(scanCodes([uploadRow(), rejectedRow()], [clean])).toEqual([]);
  expect(scanCodes([uploadRow({ servedSha256: 'bb' })], [clean])).toEqual([]);
  expect(scanCodes([uploadRow({ sha256: 'bb' })], [clean])).toEqual([]);
});

test.each<[string, UploadRow, readonly UploadRow[], string]>([
  ['a virus', uploadRow({ holdsPage: true }), [clean], 'INFECTED_SERVED'],
  [
    'what the scanner called infected',
    uploadRow(),
    [{ ...clean, isInfected: true, reply: 'stream: X FOUND' }],
    'INFECTED_SERVED',
  ],
  ['what it never saw', uploadRow(), [], 'SERVED_UNSCANNED'],
  ['what it did not finish', uploadRow(), [{ ...clean, sha256: null }], 'SERVED_UNSCANNED'],
  ['what it never answered on', uploadRow(), [{ ...clean, reply: null }], 'SERVED_UNSCANNED'],
])('%s is found when it is ready', (_what, row, scans, code) => {
  expect(scanCodes([row], scans)).toEqual([code]);
});

test('while a verdict is held nothing is ready', () => {
  const held = uploadRow({ experiment: 'impostors', statusWhileHeld: 'scanning', servedWhileHeld: false });
  expect(scanCodes([uploadRow()], [clean], [held])).toEqual([]);
  expect(scanCodes([uploadRow()], [clean], [{ ...held, statusWhileHeld: 'ready' }])).toEqual([
    'READY_BEFORE_THE_VERDICT',
  ]);
  expect(scanCodes([uploadRow()], [clean], [{ ...held, servedWhileHeld: true }])).toEqual(['READY_BEFORE_THE_VERDICT']);
});

test('where nothing became ready, and where the ledger was not read, nothing is judged', () => {
  expect(scanCodes([rejectedRow()], [clean])).toEqual(['NOT_MEASURED']);
  expect(scanned.judge(uploadsRun(selected, {})).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
});
