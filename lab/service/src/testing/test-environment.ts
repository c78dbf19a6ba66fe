import * as z from 'zod';

/** PostgreSQL as a superuser; each test file makes a database and roles of its own there. */
export function testDatabaseAdminUrl(): string {
  return required('TEST_DATABASE_ADMIN_URL', 'the URL of a PostgreSQL superuser');
}

/** A Redis that tests may write to. Keys never meet, because every test makes tenants of its own. */
export function testRedisUrl(): string {
  return required('TEST_REDIS_URL', 'the URL of a Redis');
}

/** The same Redis, but a database of its own: programs use the queue's default prefix, so this is what parts them. */
export function testQueueUrl(): string {
  const url = new URL(testRedisUrl());
  url.pathname = '/1';
  return url.href;
}

/** A Varnish with deploy/varnish.vcl, and the port on 127.0.0.1 where it expects the API. It starts when it is asked for. */
export async function testVarnish(): Promise<{ readonly url: string; readonly originPort: number }> {
  const offer = required('TEST_VARNISH_URL', 'an address that says where a Varnish is');
  const response = await fetch(offer);
  if (!response.ok) throw new Error(await response.text());
  return varnishSchema.parse(await response.json());
}

/** HAProxy with deploy/edge.cfg, and the port on 127.0.0.1 where it expects the API. It starts when it is asked for. */
export async function testEdge(): Promise<z.output<typeof edgeSchema>> {
  const response = await fetch(required('TEST_EDGE_URL', 'an address that says where an edge is'));
  if (!response.ok) throw new Error(await response.text());
  return edgeSchema.parse(await response.json());
}

const edgeSchema = z.object({ shopUrl: z.string(), filesUrl: z.string(), apiPort: z.number() });

const varnishSchema = z.object({ url: z.string(), originPort: z.number() });

function required(name: string, meaning: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} (${meaning}) is not set. Run \`npx vitest run --project stack\`: it starts both and sets it.`,
  );
}
