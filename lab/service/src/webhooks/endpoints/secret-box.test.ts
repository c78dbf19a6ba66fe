import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecretBox } from './secret-box.ts';

const box = createSecretBox(randomBytes(32));
const secret = randomBytes(32);

test('what was sealed opens in its context', () => {
  expect(box.open(box.seal(secret, 'endpoint-1'), 'endpoint-1')).toEqual(secret);
});

test('the same secret never looks the same, and does not show', () => {
  const [one, two] = [box.seal(secret, 'endpoint-1'), box.seal(secret, 'endpoint-1')];
  expect(one.equals(two)).toBe(false);
  expect(one.includes(secret)).toBe(false);
});

test('another context, another key or a changed byte opens nothing', () => {
  const sealed = box.seal(secret, 'endpoint-1');
  expect(() => box.open(sealed, 'endpoint-2')).toThrow();
  expect(() => createSecretBox(randomBytes(32)).open(sealed, 'endpoint-1')).toThrow();
  for (const at of [1, 20, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => box.open(changed, 'endpoint-1')).toThrow();
  }
  expect(() => box.open(Buffer.of(9), 'endpoint-1')).toThrow('not known here');
});
