import type { KeyedRequest } from '../../idempotency/idempotency-key.ts';
import { type OnceResult, once } from '../../idempotency/once.ts';
import { ProblemError } from '../../platform/problem.ts';
import type { TenantContext } from '../../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../../platform/tenant-transaction.ts';
import type { EndpointWish, WebhookEndpoint } from './endpoint.ts';

export interface NewEndpoint extends EndpointWish {
  readonly id: string;
  readonly secret: Buffer;
}

/** An answer as it is kept: the secret as it is stored, in base64. */
export interface SealedEndpoint extends WebhookEndpoint {
  readonly sealedSecret: string;
}

export interface EndpointRepository {
  /** Throws ENDPOINT_LIMIT_REACHED, and what `once` throws. */
  insert(context: TenantContext, request: KeyedRequest, endpoint: NewEndpoint): Promise<OnceResult<SealedEndpoint>>;
  /** The oldest first. There are few, so there are no pages. */
  list(context: TenantContext): Promise<readonly WebhookEndpoint[]>;
  findById(context: TenantContext, id: string): Promise<WebhookEndpoint | undefined>;
  /** Another URL begins without the failures of the last one. This and all below: undefined when there is no such endpoint. */
  update(context: TenantContext, id: string, wish: Partial<EndpointWish>): Promise<WebhookEndpoint | undefined>;
  /** What waits for it, and what it was sent, goes with it. False when there is no such endpoint. */
  remove(context: TenantContext, id: string): Promise<boolean>;
  /** Nothing is sent from now on but what is on its way already. An endpoint that is not active stays as it is. */
  suspend(context: TenantContext, id: string): Promise<WebhookEndpoint | undefined>;
  /** What has waited is sent, slowly at first. An active endpoint stays as it is. */
  resume(context: TenantContext, id: string): Promise<WebhookEndpoint | undefined>;
  /** The secret of until now signs too for `overlapSeconds` more. Throws NOT_FOUND, and what `once` throws. */
  replaceSecret(
    context: TenantContext,
    request: KeyedRequest,
    change: { readonly id: string; readonly secret: Buffer; readonly overlapSeconds: number },
  ): Promise<OnceResult<SealedEndpoint>>;
}

type EndpointRow = Omit<WebhookEndpoint, 'previousSecretUntil' | 'createdAt' | 'updatedAt'> & {
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Each event is written once for every endpoint that is subscribed to it. */
const ENDPOINTS_MAX = 20;

const COLUMNS = `id, url, event_types AS "eventTypes", status, status_reason AS "statusReason",
  consecutive_failures AS "consecutiveFailures",
  CASE WHEN previous_secret_until > now() THEN previous_secret_until END AS "previousSecretUntil",
  created_at AS "createdAt", updated_at AS "updatedAt"`;
// The policies for workers keep PostgreSQL from using an index for the tenant's: naming the tenant gives it back.
const OF_TENANT = 'tenant_id = current_tenant_id()';
const ONE = `${OF_TENANT} AND id = $1`;

const ADD_TURN = 'INSERT INTO webhook_turns (tenant_id) VALUES (current_tenant_id()) ON CONFLICT DO NOTHING';
// Whoever adds an endpoint waits for the one who counted before.
const LOCK_TURN = `SELECT FROM webhook_turns WHERE ${OF_TENANT} FOR UPDATE`;
const COUNT = `SELECT count(*)::integer AS count FROM webhook_endpoints WHERE ${OF_TENANT}`;
const INSERT = `
  INSERT INTO webhook_endpoints (tenant_id, id, url, event_types, secret)
  VALUES (current_tenant_id(), $1, $2, $3, $4) RETURNING ${COLUMNS}`;
const LIST = `SELECT ${COLUMNS} FROM webhook_endpoints WHERE ${OF_TENANT} ORDER BY created_at, id`;
const FIND = `SELECT ${COLUMNS} FROM webhook_endpoints WHERE ${ONE}`;
const UPDATE = `
  UPDATE webhook_endpoints SET
    consecutive_failures = CASE WHEN url = coalesce($2, url) THEN consecutive_failures ELSE 0 END,
    not_before = CASE WHEN url = coalesce($2, url) THEN not_before ELSE now() END,
    url = coalesce($2, url), event_types = coalesce($3, event_types), updated_at = now()
  WHERE ${ONE} RETURNING ${COLUMNS}`;
// Disabled first, in a transaction of its own: no new order refers to it then, and none waits while its deliveries go.
const DISABLE = `
  UPDATE webhook_endpoints SET status = 'disabled', status_reason = 'administrator', updated_at = now() WHERE ${ONE}`;
const REMOVE = `DELETE FROM webhook_endpoints WHERE ${ONE} RETURNING id`;
const SUSPEND = `
  UPDATE webhook_endpoints SET status = 'suspended', status_reason = 'administrator', updated_at = now()
  WHERE ${ONE} AND status = 'active' RETURNING ${COLUMNS}`;
const RESUME = `
  UPDATE webhook_endpoints SET status = 'active', status_reason = NULL, consecutive_failures = 0,
    not_before = now(), ramp_started_at = now(), updated_at = now()
  WHERE ${ONE} AND status <> 'active' RETURNING ${COLUMNS}`;
const REPLACE_SECRET = `
  UPDATE webhook_endpoints SET previous_secret = secret,
    previous_secret_until = now() + $3 * interval '1 second', secret = $2, updated_at = now()
  WHERE ${ONE} RETURNING ${COLUMNS}`;

export function createEndpointRepository(database: TenantDatabase): EndpointRepository {
  const change = (context: TenantContext, sql: string, values: readonly unknown[]) =>
    database.write(context, (tx) => first(tx, sql, values));
  /** Twice is harmless: the second time finds it as it is to be. */
  const changeOnce = (context: TenantContext, sql: string, id: string) =>
    database.write(context, async (tx) => (await first(tx, sql, [id])) ?? (await first(tx, FIND, [id])));

  return {
    insert: (context, request, endpoint) =>
      database.write(context, (tx) => once(tx, request, () => insert(tx, endpoint))),
    list: (context) =>
      database.read(context, async (tx) => (await tx.query<EndpointRow>(LIST)).map((row) => toEndpoint(row))),
    findById: (context, id) => database.read(context, (tx) => first(tx, FIND, [id])),
    update: (context, id, { url, eventTypes }) => change(context, UPDATE, [id, url ?? null, eventTypes ?? null]),
    async remove(context, id) {
      await database.write(context, (tx) => tx.query(DISABLE, [id]));
      return await database.write(context, async (tx) => (await tx.query(REMOVE, [id])).length === 1);
    },
    suspend: (context, id) => changeOnce(context, SUSPEND, id),
    resume: (context, id) => changeOnce(context, RESUME, id),
    replaceSecret: (context, request, { id, secret, overlapSeconds }) =>
      database.write(context, (tx) =>
        once(tx, request, async () => {
          const endpoint = await first(tx, REPLACE_SECRET, [id, secret, overlapSeconds]);
          if (!endpoint) throw new ProblemError('NOT_FOUND');
          return { status: 200, headers: {}, body: sealed(endpoint, secret) };
        }),
      ),
  };
}

async function insert(tx: Transaction, { id, url, eventTypes, secret }: NewEndpoint) {
  await tx.query(ADD_TURN);
  await tx.query(LOCK_TURN);
  const [row] = await tx.query<{ count: number }>(COUNT);
  if ((row?.count ?? 0) >= ENDPOINTS_MAX) {
    const detail = `A shop has ${ENDPOINTS_MAX} at most. Delete one that is not needed.`;
    throw new ProblemError('ENDPOINT_LIMIT_REACHED', { detail });
  }
  const inserted = await first(tx, INSERT, [id, url, eventTypes, secret]);
  if (!inserted) throw new Error('An endpoint that was inserted is not there.');
  return { status: 201, headers: { location: `/v2/webhook-endpoints/${id}` }, body: sealed(inserted, secret) };
}

function sealed(endpoint: WebhookEndpoint, secret: Buffer): SealedEndpoint {
  return { ...endpoint, sealedSecret: secret.toString('base64') };
}

async function first(tx: Transaction, sql: string, values: readonly unknown[]): Promise<WebhookEndpoint | undefined> {
  const [row] = await tx.query<EndpointRow>(sql, values);
  return row && toEndpoint(row);
}

function toEndpoint({ previousSecretUntil, createdAt, updatedAt, ...rest }: EndpointRow): WebhookEndpoint {
  return {
    ...rest,
    previousSecretUntil: previousSecretUntil?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
