import { expect, test } from 'vitest';
import { pastTheApi } from './past-the-api.ts';
import { healthyLab } from './testing/evidence.ts';
import { uploadRow, uploadsRun } from './testing/uploads.ts';
import type { UploadRow } from './uploads.ts';
import { uploadsServed } from './uploads-served.ts';

const facts = { id: 'shop/served', title: '', points: 10, lesson: 'lessons/uploads#served', experiments: ['honest'] };
const check = uploadsServed({ ...facts, withinMs: 8_000 });
const run = (...rows: readonly UploadRow[]) => uploadsRun(['honest'], { uploads: rows });
const codes = (...rows: readonly UploadRow[]) => check.judge(run(...rows)).map(({ code }) => code);

test('a file that comes back as it was sent passes, by every way in', () => {
  expect(codes(uploadRow(), uploadRow({ way: 'put', sent: 200 }), uploadRow({ way: 'parts', inStore: null }))).toEqual(
    [],
  );
});

test.each<[string, UploadRow, string]>([
  ['an announcement that was refused', { announced: 409, way: null, sent: null, confirmed: null }, 'UPLOAD_REFUSED'],
  ['an answer without a way in', { way: null, sent: null, confirmed: null, status: null }, 'UPLOAD_REFUSED'],
  ['a file that the store refused', { sent: 403, confirmed: null, status: null }, 'UPLOAD_REFUSED'],
  ['a store that gave no answer', { sent: null, confirmed: null, status: null }, 'UPLOAD_REFUSED'],
  ['a file that went somewhere else', { inStore: false }, 'NOT_IN_THE_STORE'],
  ['a confirmation that was refused', { confirmed: 422, status: null }, 'UPLOAD_REFUSED'],
  ['a file that was rejected', { status: 'rejected', reason: 'infected', served: 409 }, 'NOT_READY'],
  ['a file that waits', { status: 'scanning', decidedAfterMs: null, served: 409 }, 'NOT_READY'],
  ['a file that is ready and not to be had', { served: 404, servedSha256: null }, 'NOT_READY'],
  ['a file that took too long', { decidedAfterMs: 8_001 }, 'READY_LATE'],
  ['other bytes', { servedSha256: 'bb', servedKind: null, sameSize: false }, 'OTHER_CONTENT_SERVED'],
  ['a picture of another size', { servedSha256: 'bb', sameSize: false }, 'OTHER_CONTENT_SERVED'],
  [
    'a film with other bytes',
    { contentType: 'video/mp4', servedSha256: 'bb', servedKind: 'video/mp4' },
    'OTHER_CONTENT_SERVED',
  ],
  ['a file that is served from elsewhere', { kept: false }, 'NOT_IN_THE_STORE'],
  ['a picture without a thumbnail', { thumbnail: false }, 'NO_THUMBNAIL'],
])('%s is found', (_what, change, code) => {
  expect(codes(uploadRow(), uploadRow(change))).toEqual([code]);
});

test('a picture that was drawn anew, as large as it was, is the same', () => {
  expect(codes(uploadRow({ servedSha256: 'bb', servedKind: 'image/webp' }))).toEqual([]);
});

test('the limit grows with a machine that is late itself', () => {
  const late = run(uploadRow({ decidedAfterMs: 9_000 }));
  const echo = { ...healthyLab.echo, p95Ms: 500 };
  expect(check.judge({ ...late, labHealth: { ...healthyLab, echo } })).toEqual([]);
});

test('the finding names the rule, what was seen and the operations', () => {
  const [finding] = check.judge(run(uploadRow({ sent: 403, sentCode: 'AccessDenied' })));
  expect(finding).toMatchObject({
    message:
      'Whoever sends what is allowed gets it back. An allowed file was refused. a PNG: the store said 403 AccessDenied. See operations 7 and 8.',
    measured: { value: 1 },
    refs: { experiment: 'honest', operations: [7, 8] },
  });
});

test('what must not be served is no matter of this check', () => {
  expect(codes(uploadRow({ expected: 'never', status: 'rejected', served: 409 }))).toEqual([]);
});

test('without figures nothing is judged, and what was not asked for is not missed', () => {
  expect(check.judge(uploadsRun(['honest'], {})).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(uploadsRun([], {}))).toEqual([]);
});

const past = pastTheApi({ ...facts, bytesMax: 64_000, withinMs: 8_000 });

test.each<[string, UploadRow, readonly string[]]>([
  ['a file that comes through', {}, []],
  ['one that takes its time', { decidedAfterMs: 20_000 }, []],
  ['one that the narrow link kept away', { confirmed: 500, status: null }, ['THROUGH_THE_API']],
  ['one that is sent to the API', { sentToStore: false }, ['NOT_SENT_TO_THE_STORE']],
  ['one that the API serves', { servedByStore: false }, ['NOT_SENT_TO_THE_STORE']],
])('past the API: %s', (_what, change, expected) => {
  expect(past.judge(run(uploadRow(change))).map(({ code }) => code)).toEqual(expected);
});

test('past the API: without figures nothing is judged', () => {
  expect(past.judge(uploadsRun(['honest'], {})).map(({ severity }) => severity)).toEqual(['inconclusive']);
});
