import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import * as z from 'zod';

const REQUEST_BEGINS = 'http.server.request.start';

/** What a router tells of itself: a route has methods, a mounted router has routes of its own. */
const listSchema = z.array(
  z.object({
    path: z.union([z.string(), z.instanceof(RegExp)]),
    methods: z.array(z.string()).optional(),
    router: z.unknown(),
  }),
);

/**
 * Every route of an express application, routers in routers included, once each and sorted: `GET /v2/books/:id`. HEAD
 * goes where GET goes and has no entry. Throws for a route that has no name: one registered with a pattern.
 */
export function routesOf(application: unknown): readonly string[] {
  const { router } = Object(application) as { readonly router?: unknown };
  return [...new Set(walk(router, ''))].sort();
}

/**
 * The express application that answers at an address of this process. It is taken from the server itself, so that it
 * is the one that callers meet, and the service needs no door for tests.
 */
export async function applicationAt(url: string): Promise<unknown> {
  const port = Number(new URL(url).port);
  let application: unknown;
  const look = (message: unknown) => {
    const { server } = message as { readonly server: Server };
    const address = server.address();
    if (typeof address === 'object' && address?.port === port) [application] = server.listeners('request');
  };
  subscribe(REQUEST_BEGINS, look);
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).text();
  } finally {
    unsubscribe(REQUEST_BEGINS, look);
  }
  if (application === undefined) throw new Error(`No server of this process has answered at ${url}.`);
  return application;
}

function walk(router: unknown, prefix: string): readonly string[] {
  return listOf(router).flatMap(({ path, methods, router: mounted }) => {
    if (typeof path !== 'string') throw new Error(`A route under "${prefix}" is a pattern, ${path}: name it by text.`);
    const whole = path === '/' ? prefix : prefix + path;
    if (methods === undefined) return walk(mounted, whole);
    return methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${whole || '/'}`);
  });
}

/** A router that cannot list its routes would hide them all: better no answer than half of one. */
function listOf(router: unknown): z.output<typeof listSchema> {
  if (typeof router === 'function' && 'listRoutes' in router && typeof router.listRoutes === 'function') {
    return listSchema.parse(router.listRoutes());
  }
  throw new Error('This router cannot list its routes. `listRoutes` came with router 2.3: see `npm ls router`.');
}
