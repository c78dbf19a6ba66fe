import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { WebhookDelivery } from '../webhooks/deliveries/delivery.ts';
import { EVENT_TYPES, type EventType } from '../webhooks/endpoints/endpoint.ts';
import type { EndpointWithSecret } from '../webhooks/endpoints/manage-endpoints.ts';
import { startTestReceiver, type TestReceiver } from './test-receiver.ts';
import { type Answer, startTestService, type TestService } from './test-service.ts';
import { openTestShop, type TestShop } from './test-shop.ts';

/** A shop that is told of its orders, as its administrator uses it. */
export interface WebhookShop {
  readonly shop: TestShop;
  readonly tenantId: string;
  /** As the shop's administrator, or with another token; with a new Idempotency-Key, or with that of another request. */
  request(method: string, path: string, body?: unknown, as?: { token?: string; key?: string }): Promise<Answer>;
  /** An endpoint at this path of the receiver. */
  subscribe(path: string, eventTypes?: readonly EventType[]): Promise<EndpointWithSecret>;
  endpoint(id: string): Promise<Answer['json']>;
  /** The newest first; at most 100. */
  deliveries(filter?: string): Promise<readonly WebhookDelivery[]>;
  /** Waits until so many deliveries have this status; resolves with them. */
  becomes(status: string, count?: number): Promise<readonly WebhookDelivery[]>;
}

export interface WebhookSite extends AsyncDisposable {
  readonly service: TestService;
  readonly receiver: TestReceiver;
  /** Of a webhook worker that works for this site. */
  readonly environment: Readonly<Record<string, string>>;
  openShop(): Promise<WebhookShop>;
}

const PATIENCE = { timeout: 20_000, interval: 20 };

/** The service with webhooks, and a receiver for them. Workers are started by the test. */
export async function startWebhookSite(): Promise<WebhookSite> {
  await using starting = new AsyncDisposableStack();
  const shared = {
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    WEBHOOK_ALLOW_HTTP: 'true',
    WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
  };
  const service = starting.use(await startTestService({ ...shared, WEBHOOK_SECRET_OVERLAP_SECONDS: '60' }));
  const receiver = starting.use(await startTestReceiver());
  const running = starting.move();
  return {
    service,
    receiver,
    environment: {
      ...shared,
      DATABASE_URL: service.database.appUrl,
      WEBHOOK_TIMEOUT_MS: '500',
      WEBHOOK_POLL_MS: '10',
      WEBHOOK_ATTEMPTS_MAX: '4',
      WEBHOOK_BREAKER_PERIOD_MS: '300',
      WEBHOOK_RAMP_MS: '0',
    },
    openShop: async () => webhookShop({ service, receiver, shop: await openTestShop(service) }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface ShopParts {
  readonly service: TestService;
  readonly receiver: TestReceiver;
  readonly shop: TestShop;
}

function webhookShop({ service, receiver, shop }: ShopParts): WebhookShop {
  const { tenant } = shop;
  const request: WebhookShop['request'] = (method, path, body, { token = shop.token, key = randomUUID() } = {}) =>
    service.request(path, {
      method,
      token,
      headers: { 'idempotency-key': key },
      ...(body === undefined ? {} : { body }),
    });
  const deliveries: WebhookShop['deliveries'] = async (filter = '') =>
    (await request('GET', `/v2/webhook-deliveries?limit=100${filter}`)).json.items;
  return {
    shop,
    tenantId: tenant.id,
    request,
    async subscribe(path, eventTypes = EVENT_TYPES) {
      const body = { url: receiver.urlOf(path), eventTypes };
      const { status, json } = await request('POST', '/v2/webhook-endpoints', body);
      expect(status).toBe(201);
      return json;
    },
    endpoint: async (id) => (await request('GET', `/v2/webhook-endpoints/${id}`)).json,
    deliveries,
    async becomes(status, count = 1) {
      await expect.poll(async () => (await deliveries(`&status=${status}`)).length, PATIENCE).toBe(count);
      return await deliveries(`&status=${status}`);
    },
  };
}
