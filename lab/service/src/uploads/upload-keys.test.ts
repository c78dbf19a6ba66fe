import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { incomingKey, originalKey, parseIncomingKey, parseObjectKey, servedKeys } from './upload-keys.ts';

const owner = { tenantId: randomUUID(), uploadId: randomUUID(), claim: randomUUID() };

test('keys tell whose they are', () => {
  const { tenantId, uploadId } = owner;
  expect(parseIncomingKey(incomingKey(tenantId, uploadId))).toEqual({ tenantId, uploadId });
  for (const key of servedKeys(owner, [{ name: 'thumbnail', format: 'webp' }])) {
    expect(parseObjectKey(key)).toEqual(owner);
  }
});

test('two attempts at one upload never share a key', () => {
  expect(originalKey(owner)).not.toBe(originalKey({ ...owner, claim: randomUUID() }));
});

test.each(['incoming/x/y', `incoming/${owner.tenantId}`, `objects/${owner.tenantId}/x/y/z`, 'else', ''])(
  'the key %j is none of ours',
  (key) => {
    expect(parseIncomingKey(key)).toBeUndefined();
    expect(parseObjectKey(key)).toBeUndefined();
  },
);
