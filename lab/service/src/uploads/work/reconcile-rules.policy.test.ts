import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { originalKey, servedKeys } from '../upload-keys.ts';
import { inspectIncoming, inspectObjects } from './reconcile-rules.ts';
import type { KnownUpload } from './upload-inventory.ts';

const [tenantId, uploadId, claim] = [randomUUID(), randomUUID(), randomUUID()];
const owner = { tenantId, uploadId, claim };
const variants = [{ name: 'thumbnail', format: 'webp', width: 1, height: 1, bytes: 1 }] as const;
const beforeMs = 1_000_000;
const [OLD, YOUNG] = [beforeMs - 1, beforeMs + 1];

const known = (more: Partial<KnownUpload>): KnownUpload => ({
  uploadId,
  status: 'ready',
  claim,
  variants,
  multipartId: null,
  settledAt: new Date(OLD),
  ...more,
});
const objects = (keys: readonly string[], modifiedAtMs = OLD) => keys.map((key) => ({ key, modifiedAtMs }));
const inspect = (upload: KnownUpload | undefined, keys: readonly string[], modifiedAtMs?: number) =>
  inspectObjects({ tenantId, uploadId, known: upload, objects: objects(keys, modifiedAtMs), beforeMs });

const served = servedKeys(owner, variants);
const stray = originalKey({ ...owner, claim: randomUUID() });

test('an upload with all its objects is left alone', () => {
  expect(inspect(known({}), served)).toEqual({ remove: [], missing: [] });
});

test('objects without an upload go, but not young ones: their row may not be seen yet', () => {
  expect(inspect(undefined, served).remove).toEqual(served);
  expect(inspect(undefined, served, YOUNG).remove).toEqual([]);
});

test('what an earlier attempt has left goes, and what is served stays', () => {
  expect(inspect(known({}), [...served, stray]).remove).toEqual([stray]);
});

test('of an upload in progress only the objects of earlier attempts go', () => {
  const scanning = known({ status: 'scanning', settledAt: null });
  expect(inspect(scanning, [...served, stray])).toEqual({ remove: [stray], missing: [] });
});

test.each(['rejected', 'failed'] as const)('an upload that was %s keeps no object', (status) => {
  expect(inspect(known({ status, variants: [] }), served).remove).toEqual(served);
});

test('a ready upload misses its objects, unless it became ready a moment ago', () => {
  expect(inspect(known({}), [originalKey(owner)]).missing).toEqual([served[1]]);
  expect(inspect(known({}), []).missing).toEqual(served);
  expect(inspect(known({ settledAt: new Date(YOUNG) }), []).missing).toEqual([]);
});

test.each([
  ['pending', []],
  ['uploaded', []],
  ['scanning', []],
  ['ready', ['incoming']],
  ['rejected', ['incoming']],
  ['failed', ['incoming']],
] as const)('the file that came in for an upload that is %s: %j goes', (status, removed) => {
  const upload = known({ status });
  const inspected = { tenantId, uploadId, known: upload, objects: objects(['incoming']), beforeMs };
  expect(inspectIncoming(inspected).remove).toEqual(removed);
  // A form may be used once more as long as it is valid.
  expect(inspectIncoming({ ...inspected, objects: objects(['incoming'], YOUNG) }).remove).toEqual([]);
});
