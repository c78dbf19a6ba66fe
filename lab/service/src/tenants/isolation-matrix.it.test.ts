import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applicationAt, routesOf } from '../testing/route-table.ts';
import { wordsOfOne } from '../testing/tenant-rows.ts';
import type { Answer } from '../testing/test-service.ts';
import { ANYBODY, type Attempt } from './testing/isolation-cases.ts';
import { MATRIX } from './testing/isolation-matrix.ts';
import { type IsolatedShop, type IsolationSite, startIsolationSite } from './testing/isolation-site.ts';
import { nobodysThings } from './testing/shop-things.ts';

let site: IsolationSite;
let mine: IsolatedShop;
let routes: readonly string[];

beforeAll(async () => {
  site = await startIsolationSite();
  mine = await site.openShop();
  routes = routesOf(await applicationAt(`${site.service.url}/livez`));
});
afterAll(() => site?.[Symbol.asyncDispose]());

const isPublic = (route: string) => MATRIX[route]?.roles === 'public';
/** The route with an id that nobody has. */
const pathOf = (route: string) => (route.split(' ')[1] ?? '').replaceAll(/:\w+/g, () => randomUUID());

test('every route of the running service has a case here, and every case has a route', () => {
  expect(routes.length).toBeGreaterThan(30);
  expect({
    withoutCase: routes.filter((route) => MATRIX[route] === undefined),
    withoutRoute: Object.keys(MATRIX).filter((route) => !routes.includes(route)),
  }).toEqual({ withoutCase: [], withoutRoute: [] });
});

for (const [route, { attempts }] of Object.entries(MATRIX)) {
  if (!attempts) continue;
  test(`${route}: what another shop has is as if nobody had it`, async () => {
    const theirs = await site.openShop();
    const before = await site.stateOf(theirs);
    const own = await site.stateOf(mine);
    const foreign = wordsOfOne(before.rows, own.rows);
    const twins = attempts(nobodysThings(), mine.things);

    for (const [index, attempt] of attempts(theirs.things, mine.things).entries()) {
      const answer = await site.ask(route, attempt, mine.token);
      const sameOfNobody = await site.ask(route, twins[index] ?? attempt, mine.token);
      const { where, path, status } = attempt;
      expect({ where, path, status: answer.status }).toEqual({ where, path, status });
      expect({ where, path, ...shapeOf(answer) }).toEqual({ where, path, ...shapeOf(sameOfNobody) });
      expect({ where, path, seen: leaks(answer, attempt, foreign) }).toEqual({ where, path, seen: [] });
    }
    expect(await site.stateOf(theirs)).toEqual(before);

    // Without this the test would pass for things that are not there at all.
    for (const attempt of attempts(theirs.things, theirs.things)) {
      const answer = await site.ask(route, attempt, theirs.token);
      const { where, path, owner } = attempt;
      expect({ where, path, owner: answer.status }).toEqual({ where, path, owner });
      if (where === 'list') expect(leaks(answer, attempt, foreign)).not.toEqual([]);
    }
  });
}

test('each role uses what is for it, and is told 403 by everything else', async () => {
  for (const role of ANYBODY) {
    const token = await site.service.signIn(mine.tenant, role);
    for (const [route, { roles }] of Object.entries(MATRIX)) {
      const { status, json } = await site.ask(route, { path: pathOf(route) }, token);
      const may = roles === 'public' || roles.includes(role);
      const refusal = status === 403 ? json.code : 'none';
      expect({ role, route, refusal }).toEqual({ role, route, refusal: may ? 'none' : 'FORBIDDEN' });
      expect({ role, route, isKnown: status !== 401 && status < 500 }).toEqual({ role, route, isKnown: true });
    }
  }
});

test('no answer to a caller with a token may be kept by a cache that others use', async () => {
  const owner = await site.openShop();
  for (const [route, { roles, attempts }] of Object.entries(MATRIX)) {
    // Of all methods here, what answers a GET is all that a cache may keep unasked.
    if (roles === 'public' || !route.startsWith('GET ')) continue;
    for (const attempt of attempts?.(owner.things, owner.things) ?? [{ path: pathOf(route) }]) {
      const { status, headers } = await site.ask(route, attempt, owner.token);
      const kept = headers.get('cache-control') ?? 'nothing';
      expect({ route, status, kept }).toEqual({
        route,
        status,
        kept: expect.stringMatching(/\b(?:private|no-store)\b/),
      });
    }
  }
});

test('without a token of ours everything answers 401 but what is public by name', async () => {
  for (const route of routes) {
    for (const authorization of ['', 'Bearer a.b.c', 'Basic YTpi']) {
      const headers = authorization === '' ? {} : { authorization };
      const { status, json } = await site.ask(route, { path: pathOf(route), headers });
      const isRefused = status === 401 && json.code === 'UNAUTHENTICATED';
      expect({ route, authorization, isRefused }).toEqual({ route, authorization, isRefused: !isPublic(route) });
    }
  }
});

/** What may tell two answers apart, besides ids and what changes with every request. */
function shapeOf({ status, headers, text }: Answer) {
  const names = [...headers.keys()];
  // What a list of one's own has in it depends on where it begins.
  if (status < 400) return { status, names };
  return { status, names, text: text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>') };
}

/** Words of another shop in an answer, without those that the request itself has named. */
function leaks({ headers, text }: Answer, attempt: Attempt, foreign: readonly string[]): readonly string[] {
  const [seen, sent] = [text + JSON.stringify([...headers]), JSON.stringify(attempt)];
  return foreign.filter((word) => seen.includes(word) && !sent.includes(word));
}
