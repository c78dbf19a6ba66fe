// biome-ignore-all lint/correctness/noUndeclaredDependencies: k6 brings these modules itself.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

// Everything comes from the bench: addresses, rates, tokens and the ids of the books.
const replicas = __ENV.LAB_REPLICAS.split(',');
const tenants = JSON.parse(__ENV.LAB_TENANTS);

// An open model: requests start when they are due, however slow the answers are.
const open = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '24h', gracefulStop: '1s' };

export const options = {
  discardResponseBodies: true,
  scenarios: {
    shop: { ...open, exec: 'shop', rate: Number(__ENV.LAB_RATE), preAllocatedVUs: 60, maxVUs: 400 },
    echo: { ...open, exec: 'echo', rate: Number(__ENV.LAB_ECHO_RATE), preAllocatedVUs: 5, maxVUs: 20 },
  },
};

// A small generator of its own: k6's is not seeded.
function fraction(iteration, salt) {
  let mixed = (Number(__ENV.LAB_SEED) + iteration * 0x9e3779b1 + salt * 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x45d9f3b) >>> 0;
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
}

function pick(list, value) {
  return list[Math.floor(value * list.length)];
}

// 70 % reads of the catalogue, 15 % lists of orders, 10 % orders, 5 % changes of a book.
export function shop() {
  const iteration = exec.scenario.iterationInTest;
  const tenant = pick(tenants, fraction(iteration, 1));
  const bookId = pick(tenant.books, fraction(iteration, 2));
  const kind = fraction(iteration, 3);
  const base = replicas[iteration % replicas.length];
  const headers = { Authorization: `Bearer ${tenant.token}`, 'Content-Type': 'application/json' };
  const params = (name) => ({ headers, timeout: '8s', tags: { name } });
  let answer;
  if (kind < 0.5) {
    answer = http.get(`${base}/v2/books/${bookId}`, params('detail'));
  } else if (kind < 0.7) {
    answer = http.get(`${base}/v2/books?limit=20`, params('list'));
  } else if (kind < 0.85) {
    answer = http.get(`${base}/v2/orders?limit=20`, params('orders'));
  } else if (kind < 0.95) {
    // One order per iteration and run: nothing else has the same key.
    headers['Idempotency-Key'] = `bench-${__ENV.LAB_SEED}-${iteration}`;
    const body = JSON.stringify({ lines: [{ bookId, quantity: 1 }] });
    answer = http.post(`${base}/v2/orders`, body, params('order'));
  } else {
    const body = JSON.stringify({ priceCents: 500 + (iteration % 5000) });
    answer = http.patch(`${base}/v2/books/${bookId}`, body, params('change'));
  }
  check(answer, { answered: (response) => response.status >= 200 && response.status < 300 });
}

export function echo() {
  http.get(`${__ENV.LAB_ECHO_URL}/echo`, { timeout: '8s', tags: { name: 'echo' } });
}
