import { randomBytes } from 'node:crypto';
import { rowsOfTenant, type TenantRows } from '../../testing/tenant-rows.ts';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { type Answer, startTestService, type TestService, type TestTenant } from '../../testing/test-service.ts';
import { openTestStore, type TestStore } from '../../uploads/testing/test-store.ts';
import { storeVariables } from '../../uploads/testing/test-uploads.ts';
import type { Attempt } from './isolation-cases.ts';
import { fillShop, type ShopThings } from './shop-things.ts';

export interface IsolatedShop {
  readonly tenant: TestTenant;
  /** Of its administrator. */
  readonly token: string;
  readonly things: ShopThings;
}

/** All that is kept of one shop. */
export interface ShopState {
  readonly rows: TenantRows;
  readonly objects: readonly string[];
  readonly openParts: readonly string[];
}

export interface IsolationSite extends AsyncDisposable {
  readonly service: TestService;
  readonly store: TestStore;
  openShop(): Promise<IsolatedShop>;
  stateOf(shop: IsolatedShop): Promise<ShopState>;
  /** `route` as `GET /v2/books/:id`; its method is used, and the attempt says all the rest. */
  ask(route: string, attempt: Pick<Attempt, 'path' | 'headers' | 'body'>, token?: string): Promise<Answer>;
}

const PLENTY = [{ limit: 1_000_000, windowMs: 60_000 }];

/** The service with everything that it can have: webhooks, uploads, a storefront, and limits that nobody reaches. */
export async function startIsolationSite(variables: Readonly<Record<string, string>> = {}): Promise<IsolationSite> {
  await using starting = new AsyncDisposableStack();
  const store = starting.use(await openTestStore());
  const service = starting.use(
    await startTestService({
      ...storeVariables(store),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      WEBHOOK_ALLOW_HTTP: 'true',
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      STOREFRONT: 'true',
      REDIS_LIMITS_URL: testRedisUrl(),
      PLANS_JSON: JSON.stringify({ pro: { limits: PLENTY } }),
      LOGIN_LIMITS_JSON: JSON.stringify({ account: PLENTY, address: PLENTY }),
      ADDRESS_LIMITS_JSON: JSON.stringify(PLENTY),
      ...variables,
    }),
  );
  const running = starting.move();
  const { database } = service;

  return {
    service,
    store,
    async openShop() {
      const tenant = await service.createTenant();
      const token = await service.signIn(tenant);
      return { tenant, token, things: await fillShop(service, tenant, token) };
    },
    async stateOf({ tenant: { id } }) {
      const isTheirs = (key: string) => key.includes(id);
      return {
        rows: await rowsOfTenant(database, id),
        objects: (await store.list()).map(({ key }) => key).filter(isTheirs),
        openParts: (await store.multiparts.listOpen('')).map(({ key }) => key).filter(isTheirs),
      };
    },
    ask(route, { path, headers = {}, body }, token) {
      const [method = ''] = route.split(' ');
      return service.request(path, { method, headers, body, ...(token === undefined ? {} : { token }) });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
