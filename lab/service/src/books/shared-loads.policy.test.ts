import { expect, test, vi } from 'vitest';
import { createLoadCap } from '../cache/loads/load-cap.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';
import type { BookRepository } from './book-repository.ts';
import { createSharedLoads } from './shared-loads.ts';

const context: TenantContext = {
  tenantId: 'tenant',
  requestId: 'request',
  usage: { queries: 0 },
  signal: AbortSignal.abort(),
};

function setUp(loadsMax = 2) {
  const gates: PromiseWithResolvers<Book>[] = [];
  const findById = vi.fn((_context: TenantContext, _id: string) => {
    const gate = Promise.withResolvers<Book>();
    gates.push(gate);
    return gate.promise;
  });
  const books = { findById } as unknown as BookRepository;
  const shared = createSharedLoads({ books, loads: createLoadCap({ loadsMax }) });
  const ask = (id: string, tenantId = 'tenant') => shared.findById({ ...context, tenantId }, id);
  return { gates, findById, ask };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('nobody is given what was being loaded before they asked, and those that asked meanwhile share one load', async () => {
  const { gates, findById, ask } = setUp();
  const early = ask('book');
  const late = Array.from({ length: 50 }, () => ask('book'));
  gates[0]?.resolve({ title: 'old' } as Book);
  expect(await early).toEqual({ title: 'old' });
  await expect.poll(() => gates.length).toBe(2);
  gates[1]?.resolve({ title: 'new' } as Book);
  expect(new Set((await Promise.all(late)).map((book) => book?.title))).toEqual(new Set(['new']));
  expect(findById).toHaveBeenCalledTimes(2);
});

test('books of two tenants, and two books, are loaded on their own, under the cap', async () => {
  const { gates, findById, ask } = setUp(2);
  const reads = [ask('book'), ask('book', 'other'), ask('second')];
  await settle();
  expect(gates).toHaveLength(2);
  gates[0]?.resolve({} as Book);
  await expect.poll(() => gates.length).toBe(3);
  for (const gate of gates) gate.resolve({} as Book);
  await Promise.all(reads);
  expect(findById.mock.calls.map(([{ tenantId }, id]) => [tenantId, id])).toEqual([
    ['tenant', 'book'],
    ['other', 'book'],
    ['tenant', 'second'],
  ]);
});

test('a load outlives the request that began it', async () => {
  const { gates, findById, ask } = setUp();
  const read = ask('book');
  gates[0]?.resolve({} as Book);
  await read;
  expect(findById.mock.calls[0]?.[0]).toEqual({ tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } });
});
