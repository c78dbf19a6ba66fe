import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCacheClient, waitUntilConnected } from '../platform/redis.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ STOREFRONT: 'true' });
});
afterAll(() => service?.[Symbol.asyncDispose]());

test('each class of data has a time to live of its own, and what is not there the shortest', async () => {
  const shop = await service.createTenant();
  const lists = `/v2/storefront/${shop.slug}/books`;
  const nowhere = `nowhere-${randomUUID().slice(0, 8)}`;
  await Promise.all([service.request(lists), service.request(`${lists}/${shop.bookIds[0]}`)]);
  expect((await service.request(`/v2/storefront/${nowhere}/books`)).status).toBe(404);
  const redis = createCacheClient({ url: testRedisUrl(), log: recordingLog([]) });
  await waitUntilConnected(redis, 20_000);
  const secondsOf = async (scope: string, name: string) => (await redis.pttl(`cache:{${scope}}:entry:${name}`)) / 1_000;
  const seconds = {
    shop: await secondsOf('directory', `shop.1:${shop.slug}`),
    page: await secondsOf(shop.id, 'storefront-page.1:first'),
    book: await secondsOf(shop.id, `storefront-book.1:${shop.bookIds[0]}`),
    nothing: await secondsOf('directory', `shop.1:${nowhere}`),
  };
  redis.disconnect();
  // 10 % more or less; and this may have taken some seconds.
  const within = (most: number) => expect.toSatisfy((ttl: number) => ttl <= most * 1.1 && ttl > most * 0.9 - 15);
  expect(seconds).toEqual({ shop: within(86_400), page: within(900), book: within(30), nothing: within(5) });
});
