import { expect, test } from 'vitest';
import { diskFinding } from './disk.ts';

const gib = 1024 ** 3;

test('the fuller disk decides, and where it is the cache’s there is another way out', () => {
  const cache = { folder: '/cache', isCache: true, freeBytes: 0.9 * gib };
  const repository = { folder: '/repository', isCache: false, freeBytes: 5 * gib };
  expect(diskFinding([cache, repository])).toMatchObject({
    state: 'problem',
    found: '0.9 GiB free at /cache',
    fix: 'free 1 GiB, or set BROWNOUT_CACHE to a folder on another disk',
  });
});

test('a full disk under the repository is no less a problem', () => {
  const cache = { folder: '/cache', isCache: true, freeBytes: 5 * gib };
  const repository = { folder: '/repository', isCache: false, freeBytes: 0.2 * gib };
  expect(diskFinding([cache, repository])).toMatchObject({ state: 'problem', fix: 'free 1 GiB' });
});

test('one GiB is enough', () => {
  expect(diskFinding([{ folder: '/cache', isCache: true, freeBytes: gib }])).toMatchObject({
    state: 'fine',
    fix: null,
  });
});
