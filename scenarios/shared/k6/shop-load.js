import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

// Everything comes from the lab: addresses, rates, the seed, and the shops of the load with token and books.
const replicas = __ENV.LAB_REPLICAS.split(',');
const tenants = JSON.parse(__ENV.LAB_TENANTS);
const seed = Number(__ENV.LAB_SEED);

// An open model: requests start when they are due, however slow the answers are, so a stall shows as
// latency instead of hiding as a pause.
const open = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '24h', gracefulStop: '1s' };

/**
 * k6's options for a script that exports `shop` and `echo`. With `users` virtual users from the start, and `usersMax`
 * when answers are slow: enough for all that comes due while the service is held.
 */
export function loadOptions({ users, usersMax }) {
  const shop = { ...open, exec: 'shop', rate: Number(__ENV.LAB_RATE), preAllocatedVUs: users, maxVUs: usersMax };
  const echo = { ...open, exec: 'echo', rate: Number(__ENV.LAB_ECHO_RATE), preAllocatedVUs: 5, maxVUs: 20 };
  return {
    discardResponseBodies: true,
    summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
    scenarios: { shop, echo },
  };
}

/**
 * A function that makes one request of a customer. Of a hundred, `of100` are of each kind; `name` is what the checks
 * know it by. `path`, and `body` and `headers` where there are any, are made of the visit: whose shop, which book, the
 * number of the iteration, and `fraction(salt)`, a number from 0 to 1 that is the same in each run of one seed. A kind
 * with `times` makes so many requests in a visit, one right after the other, each with a book of its own; `time` is
 * which of them. With `inTurn` the shops have their visits in turn, so that each has them at an even pace.
 */
export function requestsOf(kinds, { inTurn = false } = {}) {
  const shares = kinds.map(({ of100 }, index) => kinds.slice(0, index).reduce((sum, one) => sum + one.of100, of100));
  if (shares.at(-1) !== 100) throw new Error(`The kinds of requests make ${shares.at(-1)} of 100.`);
  return () => {
    const visit = nextVisit(inTurn);
    const drawn = visit.fraction(3) * 100;
    const kind = kinds[shares.findIndex((share) => drawn < share)];
    for (let time = 0; time < (kind.times ?? 1); time += 1) {
      makeRequest(kind, { ...visit, time, book: pick(visit.tenant.books, visit.fraction(2 + 10 * time)) });
    }
  };
}

function makeRequest({ name, method = 'GET', path, body, headers }, visit) {
  const params = {
    headers: { Authorization: `Bearer ${visit.tenant.token}`, ...headers?.(visit) },
    timeout: '8s',
    tags: { name },
  };
  if (body !== undefined) params.headers['Content-Type'] = 'application/json';
  const base = replicas[visit.iteration % replicas.length];
  const payload = body === undefined ? null : JSON.stringify(body(visit));
  const answer = http.request(method, `${base}${path(visit)}`, payload, params);
  check(answer, { answered: ({ status }) => status >= 200 && status < 300 });
}

/** A request to the lab's own server: its answers vouch for the load generator. */
export function echo() {
  http.get(`${__ENV.LAB_ECHO_URL}/echo`, { timeout: '8s', tags: { name: 'echo' } });
}

function nextVisit(inTurn) {
  const iteration = exec.scenario.iterationInTest;
  const fraction = (salt) => fractionOf(iteration, salt);
  const tenant = inTurn ? tenants[iteration % tenants.length] : pick(tenants, fraction(1));
  return { iteration, tenant, fraction };
}

// A small generator of its own: k6's is not seeded.
function fractionOf(iteration, salt) {
  let mixed = (seed + iteration * 0x9e3779b1 + salt * 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x45d9f3b) >>> 0;
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
}

function pick(list, value) {
  return list[Math.floor(value * list.length)];
}
