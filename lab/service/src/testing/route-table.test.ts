import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler, Router } from 'express';
import { expect, test } from 'vitest';
import { applicationAt, routesOf } from './route-table.ts';

const answer: RequestHandler = (_request, response) => {
  response.json({});
};

test('routes of the application and of routers in routers are found, each with its whole path', () => {
  const app = express();
  const [outer, inner] = [Router(), Router()];
  app.get('/livez', answer);
  inner.patch('/:id', answer);
  outer.use('/books', answer, inner);
  outer.post('/books', answer, answer);
  app.use('/v2', outer);
  app.use(answer);
  expect(routesOf(app)).toEqual(['GET /livez', 'PATCH /v2/books/:id', 'POST /v2/books']);
});

test('a route that is there twice is listed once', () => {
  const app = express();
  app.use(Router().get('/v2/books', answer), Router().get('/v2/books', answer));
  expect(routesOf(app)).toEqual(['GET /v2/books']);
});

test('a path with several methods has an entry for each, and one for all methods says so', () => {
  const app = express();
  app.route('/v2/books').get(answer).delete(answer);
  app.use(Router().all('/v2/any', answer));
  expect(routesOf(app)).toEqual(['* /v2/any', 'DELETE /v2/books', 'GET /v2/books']);
});

test('a route that is a pattern is refused: nobody could say whether it has a case', () => {
  const app = express();
  app.get(/books/, answer);
  expect(() => routesOf(app)).toThrow('name it by text');
});

test('what is no application is refused', () => {
  expect(() => routesOf(undefined)).toThrow('cannot list its routes');
  expect(() => routesOf({ router: { stack: [] } })).toThrow('cannot list its routes');
});

test('the application that answers at an address is found, and no other one', async () => {
  const app = express();
  const servers = [createServer(express()), createServer(app)];
  try {
    const urls: string[] = [];
    for (const server of servers) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    expect(await applicationAt(urls[1] ?? '')).toBe(app);
    expect(await applicationAt(urls[0] ?? '')).not.toBe(app);
  } finally {
    for (const server of servers) server.close().closeAllConnections();
  }
});
