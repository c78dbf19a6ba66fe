import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, TEST_PASSWORD, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant();
});
afterAll(() => service?.[Symbol.asyncDispose]());

const ask = (body: unknown) => service.request('/v2/auth/token', { method: 'POST', body });
const valid = () => ({ tenant: tenant.slug, email: `admin@${tenant.slug}.example`, password: TEST_PASSWORD });

test('the right credentials give a token that opens the tenant’s books', async () => {
  const { status, json, headers } = await ask(valid());
  expect(status).toBe(200);
  expect(json).toEqual({ accessToken: expect.any(String), expiresInSeconds: 900 });
  expect(headers.get('cache-control')).toBe('no-store');
  expect((await service.request('/v2/books', { token: json.accessToken })).status).toBe(200);
});

test('the case of the email does not matter', async () => {
  expect((await ask({ ...valid(), email: valid().email.toUpperCase() })).status).toBe(200);
});

test('a wrong tenant, email or password gives one and the same answer', async () => {
  const attempts = [{ tenant: 'no-such-shop' }, { email: 'nobody@shop.example' }, { password: 'wrong' }];
  const answers = await Promise.all(attempts.map((attempt) => ask({ ...valid(), ...attempt })));
  for (const { status, json } of answers) {
    expect(status).toBe(401);
    expect({ ...json, requestId: '' }).toEqual({
      type: 'urn:shelfwise:problem:invalid-credentials',
      title: 'Tenant, email or password is wrong',
      status: 401,
      code: 'INVALID_CREDENTIALS',
      requestId: '',
    });
  }
});

test.each([{}, { tenant: 1 }, { password: '' }, { extra: true }, { email: 'a\0b@c' }])(
  'credentials of the wrong shape are refused: %j',
  async (change) => {
    const body = Object.keys(change).length === 0 ? {} : { ...valid(), ...change };
    expect(await ask(body)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  },
);

test('neither password nor token appears in the log', async () => {
  const { json } = await ask(valid());
  await service.request('/v2/books', { token: json.accessToken });
  const written = JSON.stringify(service.logs);
  expect(written).toContain('/v2/auth/token');
  expect(written).not.toContain(TEST_PASSWORD);
  expect(written).not.toContain(json.accessToken);
});
