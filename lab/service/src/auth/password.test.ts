import { expect, test } from 'vitest';
import { hashPassword, pretendToVerify, verifyPassword } from './password.ts';

test('a password is verified against its hash, and another is not', async () => {
  const stored = await hashPassword('open sesame');
  await expect(verifyPassword('open sesame', stored)).resolves.toBe(true);
  await expect(verifyPassword('open sesam', stored)).resolves.toBe(false);
});

test('the same password has another hash each time, which does not contain it', async () => {
  const [first, second] = await Promise.all([hashPassword('open sesame'), hashPassword('open sesame')]);
  expect(first).not.toBe(second);
  expect(first).not.toContain('sesame');
});

test('a hash of another cost is still readable', async () => {
  const cheap = 'scrypt$1024$8$1$c2FsdC1zYWx0LXNhbHQ=$';
  await expect(verifyPassword('x', `${cheap}AAAA`)).resolves.toBe(false);
});

test('pretending never succeeds', async () => {
  await expect(pretendToVerify('open sesame')).resolves.toBe(false);
});
