import { expect, test } from 'vitest';
import { listedPage } from './listed-objects.ts';

const entry = (key: string, bytes: number) =>
  `<Contents><ETag>&#34;abc&#34;</ETag><Key>${key}</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><Size>${bytes}</Size></Contents>`;
const page = (content: string, more = '<IsTruncated>false</IsTruncated>') =>
  `<ListBucketResult><Name>shelfwise</Name>${more}${content}</ListBucketResult>`;

test('objects are read, with keys as they are called', () => {
  const { objects, nextToken } = listedPage(page(entry('a%20b/c%C3%A4+d%26', 5) + entry('z', 0)));
  expect(objects).toEqual([
    { key: 'a b/cä d&', bytes: 5, etag: '"abc"', writtenAtMs: Date.UTC(2026, 10, 21, 10) },
    { key: 'z', bytes: 0, etag: '"abc"', writtenAtMs: Date.UTC(2026, 10, 21, 10) },
  ]);
  expect(nextToken).toBeNull();
});

test('an empty bucket has no objects', () => {
  expect(listedPage(page(''))).toEqual({ objects: [], nextToken: null });
});

test('a page that is not the last one says how to go on', () => {
  const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>';
  expect(listedPage(page(entry('a', 1), more)).nextToken).toBe('a&b');
});
