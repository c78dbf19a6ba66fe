import { expect, test } from 'vitest';
import { MATRIX } from './isolation-matrix.ts';
import { nobodysThings } from './shop-things.ts';

const attempts = Object.entries(MATRIX).flatMap(([route, { attempts: make }]) => {
  const things = nobodysThings();
  return (make?.(things, nobodysThings()) ?? []).map((attempt) => ({ route, ...attempt }));
});
const lacking = (is: (route: string) => boolean, has: (attempt: (typeof attempts)[number]) => boolean) =>
  Object.keys(MATRIX).filter(
    (route) => is(route) && !attempts.some((attempt) => attempt.route === route && has(attempt)),
  );

test('a route with a thing in its path is asked for one of another shop, and knows none', () => {
  const inPath = ({ where, status }: { where: string; status: number }) => where === 'path' && status === 404;
  expect(lacking((route) => route.includes(':'), inPath)).toEqual([]);
});

test('a route that lists is asked for its list, in other places of it and for another shop', () => {
  const isList = (route: string) => /^GET \/v2\/[\w-]+$/.test(route);
  expect(lacking(isList, ({ where }) => where === 'list')).toEqual([]);
  expect(lacking(isList, ({ where }) => where === 'query')).toEqual([]);
  expect(lacking(isList, ({ where }) => where === 'header')).toEqual([]);
});

test('a route that makes something is told of a thing of another shop in its body', () => {
  expect(
    lacking(
      (route) => /^POST [^:]+$/.test(route),
      ({ where }) => where === 'body',
    ),
  ).toEqual([]);
});

test('an attempt goes to the route that it is a case of', () => {
  for (const { route, path } of attempts) {
    const [, template = ''] = route.split(' ');
    expect(path).toMatch(new RegExp(`^${template.replaceAll(/:\w+/g, '[^/?]+')}(?:\\?.*)?$`));
  }
});

test('every kind of place is in the matrix', () => {
  const places = new Set(attempts.map(({ where }) => where));
  expect([...places].sort()).toEqual(['body', 'header', 'list', 'nested item', 'path', 'query']);
});
