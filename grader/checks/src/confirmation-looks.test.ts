import { expect, test } from 'vitest';
import { confirmationLooks } from './confirmation-looks.ts';
import { confirmedOnce } from './confirmed-once.ts';
import { experimentRecord } from './testing/evidence.ts';
import { uploadRow, uploadsRun } from './testing/uploads.ts';
import type { UploadRow } from './uploads.ts';

const facts = { id: 'shop/looks', title: '', points: 10, lesson: 'lessons/uploads#looks' };
const looks = confirmationLooks({ ...facts, experiments: ['early'], refusals: [409, 422], withinMs: 8_000 });

function early(change: UploadRow = {}): UploadRow {
  return {
    ...uploadRow({ experiment: 'early', what: 'nothing had been sent' }),
    confirmed: 409,
    statusAfter: 'pending',
    ...change,
  };
}
const later = uploadRow({ experiment: 'early', what: 'a file that was sent then' });

function codes(rows: readonly UploadRow[], uploads: readonly UploadRow[] = [later]) {
  const run = uploadsRun(['early'], { 'early-confirmations': rows, uploads });
  return looks.judge(run).map(({ code }) => code);
}

test('what is not there is not confirmed, and can be sent then', () => {
  expect(codes([early(), early({ confirmed: 422 })])).toEqual([]);
});

test.each<[string, UploadRow, string]>([
  ['a confirmation of nothing', { confirmed: 202, statusAfter: 'uploaded' }, 'CONFIRMED_UNSEEN'],
  ['one that is refused and goes on all the same', { statusAfter: 'scanning' }, 'CONFIRMED_UNSEEN'],
  ['one that breaks', { confirmed: 500 }, 'CONFIRMATION_REFUSED_OTHERWISE'],
  ['one without an answer', { confirmed: 0 }, 'CONFIRMATION_REFUSED_OTHERWISE'],
])('%s is found', (_what, change, code) => {
  expect(codes([early(), early(change)])).toEqual([code]);
});

test('whoever asked too early must not lose the upload', () => {
  expect(codes([early()], [{ ...later, confirmed: 409, status: null }])).toEqual(['UPLOAD_REFUSED']);
});

test('a service that takes no announcements is found by what should come in', () => {
  const refused = { announced: 503, way: null, sent: null, confirmed: null };
  expect(codes([early({ ...refused, confirmed: 404 })], [{ ...later, ...refused }])).toEqual(['UPLOAD_REFUSED']);
});

test('without figures nothing is judged', () => {
  expect(codes([])).toEqual(['NOT_MEASURED']);
  expect(looks.judge(uploadsRun([], {}))).toEqual([]);
});

const once = confirmedOnce({ ...facts, experiments: ['twenty'], plain: 'honest', settled: 'settle' });

function confirmations(change: UploadRow = {}): UploadRow {
  const answers = { asked: 21, accepted: 21, different: 1, one: '202 {"id":1}', other: null, refused: null };
  return {
    ...uploadRow({ experiment: 'twenty', upload: 'upload-2', sha256: 'cc', what: 'Twenty at once.' }),
    ...answers,
    ...change,
  };
}
const scan = (sha256: string) => ({ sha256, reply: 'stream: OK', isInfected: false });
const atRest = (status: string) => uploadRow({ experiment: 'twenty', upload: 'upload-2', status });
const reached = { experiments: [experimentRecord({ experiment: 'twenty' })] };

interface Told {
  readonly row?: UploadRow;
  readonly scans?: readonly UploadRow[];
  readonly status?: string;
}

function onceCodes({ row = confirmations(), scans = [scan('aa'), scan('cc')], status = 'ready' }: Told) {
  const tables = { confirmations: [row], scans, uploads: [uploadRow()], 'uploads-at-rest': [atRest(status)] };
  return once.judge(uploadsRun(['honest', 'twenty', 'settle'], tables, reached)).map(({ code }) => code);
}

test('one answer and one run pass, in a service that scans twice in each run too', () => {
  expect(onceCodes({})).toEqual([]);
  expect(onceCodes({ scans: [scan('aa'), scan('aa'), scan('cc'), scan('cc')] })).toEqual([]);
});

test.each<[string, Told, readonly string[]]>([
  ['other answers', { row: confirmations({ different: 3, other: '202 {"id":2}' }) }, ['ANSWERS_DIFFER']],
  ['refusals', { row: confirmations({ accepted: 1, refused: 409 }) }, ['CONFIRMATION_REFUSED']],
  ['another run', { scans: [scan('aa'), scan('cc'), scan('cc')] }, ['PROCESSED_AGAIN']],
  ['no run at all', { scans: [], status: 'uploaded' }, ['NOT_READY']],
])('%s are found', (_what, told, expected) => {
  expect(onceCodes(told)).toEqual(expected);
});

test('confirmations that never met are no proof, and a missing ledger is none', () => {
  const record = experimentRecord({ experiment: 'twenty', reached: false, note: 'they did not meet' });
  const run = uploadsRun(['honest', 'twenty', 'settle'], { scans: [] }, { experiments: [record] });
  expect(once.judge(run)).toMatchObject([{ code: 'POINT_NOT_REACHED', severity: 'inconclusive' }]);
  expect(once.judge(uploadsRun(['twenty'], {})).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
});

test('one of two points is enough, and the other is told', () => {
  const two = confirmedOnce({ ...facts, experiments: ['twenty', 'in-hand'], plain: 'honest', settled: 'settle' });
  const tables = { confirmations: [confirmations()], scans: [scan('cc')], 'uploads-at-rest': [atRest('ready')] };
  const found = two.judge(uploadsRun(['honest', 'twenty', 'in-hand', 'settle'], tables, reached));
  expect(found).toMatchObject([{ code: 'POINT_NOT_REACHED', severity: 'note' }]);
});
