import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import type { Principal } from '../../platform/request-context.ts';
import type { Limit } from '../algorithms/limit.ts';
import type { Subject } from '../store/limit-store.ts';
import type { LimitDecision } from '../store/limiter.ts';
import { createRequestLimiter } from './request-limiter.ts';

const CALLER: Principal = { userId: 'user', tenantId: 'tenant', role: 'admin', plan: 'free' };
const limitNamed = (name: string): Limit => ({ kind: 'window', name, limit: 1, windowMs: 1_000 });

/** What the limiter asks for a request, and whether the request goes on. */
async function ask(method: string, url: string, { caller, gone = false }: { caller?: Principal; gone?: boolean } = {}) {
  const asked: string[] = [];
  let released = 0;
  const decide = async (subject: Subject, limits: readonly Limit[]): Promise<LimitDecision> => {
    asked.push(`${subject.scope} ${subject.id}: ${limits.map(({ name }) => name).join()}`);
    const release = () => {
      released += 1;
    };
    return { allowed: true, outcomes: [], source: 'store', release };
  };
  const router = createRequestLimiter({
    limiter: { decide, decideExactly: decide },
    limitsOfTenant: ({ plan }, routeClass) => [limitNamed(`${plan} ${routeClass}`)],
    addressLimits: [limitNamed('address')],
    loginLimits: [limitNamed('login')],
    addressOf: () => '203.0.113.9',
  });
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
  const response = Object.assign(new ServerResponse(request), {
    locals: { state: { requestId: 'request', usage: { queries: 0 }, principal: caller } },
  });
  if (gone) response.destroy();
  const passed = await new Promise<boolean>((resolve) => {
    router(request as Request, response as unknown as Response, () => resolve(true));
    setTimeout(() => resolve(false), 20);
  });
  const close = () => response.emit('close');
  return { asked, passed, close, releases: () => released };
}

test.each([
  ['GET', '/v2/books/7', 'read'],
  ['GET', '/v2/nothing', 'read'],
  ['GET', '/v2/books', 'search'],
  ['HEAD', '/v2/books', 'search'],
  ['GET', '/v2/books?q=x', 'search'],
  ['GET', '/V2/Books/', 'search'],
  ['POST', '/v2/books', 'write'],
  ['PATCH', '/v2/books/7', 'write'],
  ['DELETE', '/v2/books/7', 'write'],
])('%s %s is limited as %s, once', async (method, url, routeClass) => {
  const { asked, passed } = await ask(method, url, { caller: CALLER });
  expect(asked).toEqual([`tenant tenant: free ${routeClass}`]);
  expect(passed).toBe(true);
});

test('without a caller the address is limited', async () => {
  expect((await ask('GET', '/v2/books')).asked).toEqual(['address 203.0.113.9: address']);
});

test.each([undefined, CALLER])('sign-in is limited by address, with a token or without', async (caller) => {
  const { asked } = await ask('POST', '/v2/auth/token/', caller ? { caller } : {});
  expect(asked).toEqual(['address 203.0.113.9: login']);
});

test('what a request holds is given back when its response ends, in whatever way', async () => {
  const { releases, close } = await ask('GET', '/v2/books', { caller: CALLER });
  expect(releases()).toBe(0);
  close();
  expect(releases()).toBe(1);
});

test('for a client that has gone meanwhile nothing is held and nothing is done', async () => {
  const { releases, passed } = await ask('GET', '/v2/books', { caller: CALLER, gone: true });
  expect(passed).toBe(false);
  expect(releases()).toBe(1);
});
