import { expect, test } from 'vitest';
import { decisionsStay } from './decisions-stay.ts';
import { notWithoutVerdict } from './not-without-verdict.ts';
import { scannedAsServed } from './scanned-as-served.ts';
import { staysAsServed } from './stays-as-served.ts';
import { uploadRow, uploadsRun } from './testing/uploads.ts';
import type { UploadRow } from './uploads.ts';

const facts = { id: 'shop/one', title: '', points: 10, lesson: 'lessons/uploads#one', experiments: ['swaps'] };
const withEnd = { ...facts, settled: 'settle' };
const cleanScan: UploadRow = { sha256: 'aa', isInfected: false, reply: 'stream: OK' };
const row = (change: UploadRow = {}) =>
  uploadRow({ experiment: 'swaps', met: true, shownSha256: 'aa', when: 'when it was decided', ...change });
const refused = (change: UploadRow = {}) =>
  row({ status: 'failed', served: 409, servedSha256: null, shownSha256: null, ...change });

const scanned = scannedAsServed(withEnd);
const scannedCodes = (rows: readonly UploadRow[], scans = [cleanScan], atRest: readonly UploadRow[] = []) =>
  scanned.judge(uploadsRun(['swaps'], { served: rows, scans, 'served-at-rest': atRest })).map(({ code }) => code);

test('what was called clean in one stream may be served; what was not need not be', () => {
  expect(scannedCodes([row(), refused()])).toEqual([]);
  expect(scanned.experiments).toEqual(['swaps', 'settle']);
});

test.each<[string, UploadRow, readonly UploadRow[], string]>([
  ['a virus that is seen in it', { holdsVirus: true }, [cleanScan], 'VIRUS_SERVED'],
  ['a virus that the scanner has seen in it', {}, [{ ...cleanScan, isInfected: true }], 'VIRUS_SERVED'],
  ['bytes that were never scanned', { servedSha256: 'bb', shownSha256: 'bb' }, [cleanScan], 'SERVED_UNSCANNED'],
  ['a scan that was not read to its end', {}, [{ ...cleanScan, sha256: null }], 'SERVED_UNSCANNED'],
  ['a scan without an answer', {}, [{ ...cleanScan, reply: null }], 'SERVED_UNSCANNED'],
  ['an error for an answer', {}, [{ ...cleanScan, reply: 'stream: ERROR' }], 'SERVED_UNSCANNED'],
  ['one that was ready before', { statusDuring: 'ready' }, [cleanScan], 'READY_BEFORE_THE_VERDICT'],
  ['one that was to be had before', { servedDuring: true }, [cleanScan], 'READY_BEFORE_THE_VERDICT'],
  ['a thumbnail of another', { thumbnailBroad: false, servedBroad: true }, [cleanScan], 'OTHER_PICTURE_DRAWN'],
  ['the checksum of another', { shownSha256: 'cc' }, [cleanScan], 'OTHER_HASH_SHOWN'],
  ['one that is not there', { served: 404, servedSha256: null }, [cleanScan], 'READY_AND_NOT_THERE'],
])('%s is found', (_what, change, scans, code) => {
  expect(scannedCodes([row({ upload: 'other' }), row(change)], [...scans])).toContain(code);
});

test('what is served at the end counts too, and the same file once', () => {
  const changed = { servedSha256: 'bb', shownSha256: 'bb' };
  expect(scannedCodes([row()], [cleanScan], [row(changed)])).toEqual(['SERVED_UNSCANNED']);
  const [finding] = scanned.judge(
    uploadsRun(['swaps'], { served: [row(changed)], 'served-at-rest': [row(changed)], scans: [cleanScan] }),
  );
  expect(finding?.measured.value).toBe(1);
});

test('a moment that no file came to proves nothing', () => {
  expect(scannedCodes([row({ met: false })])).toEqual(['NOT_MEASURED']);
  expect(scannedCodes([])).toEqual(['NOT_MEASURED']);
  expect(scanned.judge(uploadsRun(['swaps'], {})).map(({ severity }) => severity)).toEqual(['inconclusive']);
  expect(scanned.judge(uploadsRun([], {}))).toEqual([]);
});

const stays = staysAsServed(withEnd);
const again = (change: UploadRow = {}) => row({ firstSha256: 'aa', oldServed: 200, oldSha256: 'aa', ...change });
const staysCodes = (rows: readonly UploadRow[], atRest: readonly UploadRow[] = []) =>
  stays.judge(uploadsRun(['swaps'], { 'used-again': rows, 'served-at-rest': atRest })).map(({ code }) => code);

test('what is ready and stays so passes', () => {
  expect(staysCodes([again()], [row()])).toEqual([]);
  expect(staysCodes([])).toEqual(['NOT_MEASURED']);
});

test.each<[string, UploadRow, string]>([
  ['a virus', { holdsVirus: true }, 'VIRUS_SERVED'],
  ['other bytes', { servedSha256: 'bb' }, 'CHANGED_WHEN_READY'],
  ['other bytes by the first address', { oldSha256: 'bb' }, 'CHANGED_WHEN_READY'],
  ['a first address that leads nowhere', { oldServed: 404, oldSha256: null }, 'NO_LONGER_SERVED'],
  ['one that is not ready any more', { status: 'rejected', served: 409, servedSha256: null }, 'NO_LONGER_SERVED'],
  ['one that is not there any more', { served: 404, servedSha256: null }, 'NO_LONGER_SERVED'],
])('%s in place of what was ready is found', (_what, change, code) => {
  expect(staysCodes([again(), again(change)])).toEqual([code]);
});

test('what is gone at the end is found', () => {
  expect(staysCodes([again()], [refused()])).toEqual(['NO_LONGER_SERVED']);
});

const unsaid = notWithoutVerdict(withEnd);
const trouble = (change: UploadRow = {}) =>
  refused({ statusDuring: 'scanning', servedDuring: false, trouble: 'the scanner was down', ...change });
const unsaidCodes = (rows: readonly UploadRow[], scans: readonly UploadRow[] = [cleanScan]) =>
  unsaid.judge(uploadsRun(['swaps'], { troubles: rows, scans })).map(({ code }) => code);

test('what waits without a verdict passes, and what is ready once there is one', () => {
  expect(unsaidCodes([trouble(), { ...trouble(), ...row(), statusDuring: 'scanning' }])).toEqual([]);
});

test.each<[string, UploadRow, string]>([
  ['ready meanwhile', { statusDuring: 'ready' }, 'READY_WITHOUT_A_VERDICT'],
  ['had meanwhile', { servedDuring: true }, 'READY_WITHOUT_A_VERDICT'],
  ['ready later, and never scanned', { status: 'ready', served: 200, servedSha256: 'bb' }, 'SERVED_UNSCANNED'],
  ['a virus, later', { status: 'ready', served: 200, servedSha256: 'aa', holdsVirus: true }, 'VIRUS_SERVED'],
])('a file without a verdict that is %s is found', (_what, change, code) => {
  expect(unsaidCodes([trouble({ upload: 'other' }), trouble(change)])).toEqual([code]);
});

test('a scanner that nobody asked proves nothing', () => {
  expect(unsaidCodes([trouble({ met: false })])).toEqual(['NOT_MEASURED']);
  expect(unsaid.judge(uploadsRun(['swaps'], { troubles: [trouble()] })).map(({ code }) => code)).toEqual([
    'NOT_MEASURED',
  ]);
});

const decided = decisionsStay(facts);
const decidedCodes = (...rows: readonly UploadRow[]) =>
  decided.judge(uploadsRun(['swaps'], { decisions: rows })).map(({ code }) => code);

test('a decision that stays passes, one that does not is found', () => {
  expect(decidedCodes(refused({ status: 'rejected', decidedAs: 'rejected' }))).toEqual([]);
  expect(decidedCodes(row({ decidedAs: 'rejected' }))).toEqual(['DECIDED_ANEW']);
  expect(decidedCodes(refused({ status: 'ready', decidedAs: 'rejected' }))).toEqual(['DECIDED_ANEW']);
  expect(decidedCodes()).toEqual(['NOT_MEASURED']);
});
