import { randomUUID } from 'node:crypto';
import type { Role } from '../../platform/request-context.ts';
import type { ShopThings } from './shop-things.ts';

/** One way to name a thing in a request, and what is answered. */
export interface Attempt {
  readonly where: 'path' | 'query' | 'header' | 'body' | 'nested item' | 'list';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** To whoever does not have the thing. The same where nobody has it: an answer must not tell the two apart. */
  readonly status: number;
  /** To its owner, which shows that there is something to be had. */
  readonly owner: number;
}

export interface RouteCase {
  /** Who may use the route; `public`: everybody, without a token. */
  readonly roles: readonly Role[] | 'public';
  /** Requests that name what `named` has, by a caller who has `own`. In this order, by the owner too. */
  readonly attempts?: (named: ShopThings, own: ShopThings) => readonly Attempt[];
}

export const PUBLIC: RouteCase = { roles: 'public' };
export const ANYBODY: readonly Role[] = ['admin', 'editor', 'clerk'];
export const EDITORS: readonly Role[] = ['admin', 'editor'];
export const CLERKS: readonly Role[] = ['admin', 'clerk'];
export const ADMIN: readonly Role[] = ['admin'];

type AttemptParts = Omit<Attempt, 'where' | 'path' | 'status'> & Partial<Pick<Attempt, 'where' | 'status'>>;

/** For routes that ask for a key, so that nothing else is why they refuse. */
export const newKey = () => ({ 'idempotency-key': randomUUID() });

/** A thing that is named in the path: there is no such thing, whoever has it. */
export function inPath(path: string, { owner, ...more }: AttemptParts): Attempt {
  return { where: 'path', path, status: 404, owner, ...more };
}

/** The ways in which a list can be asked for things of others: by a cursor, and by a tenant that nobody reads. */
export function asList(path: string, { tenantId, slug, orderId }: ShopThings): readonly Attempt[] {
  const cursor = Buffer.from(JSON.stringify(['2999-01-01T00:00:00.000Z', orderId])).toString('base64url');
  const found = { status: 200, owner: 200 };
  return [
    { where: 'list', path, ...found },
    { where: 'query', path: `${path}?limit=100&cursor=${cursor}`, ...found },
    { where: 'query', path: `${path}?tenant=${tenantId}&tenantId=${tenantId}&tenant_id=${tenantId}`, ...found },
    { where: 'header', path, headers: { 'x-tenant-id': tenantId, 'x-tenant': slug }, ...found },
  ];
}
