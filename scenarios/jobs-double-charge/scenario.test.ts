import { type Check, type Evidence, type Operation, type ProviderCharge, scenarioProblems } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createOrderDesk } from '../shared/orders.ts';
import { fakeHandle } from '../shared/testing/fake-handle.ts';
import { acceptedWithinMs, chargedWithinMs } from './checks.ts';
import { settle } from './experiments/settle.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, stack, story, variants } = scenario;
const mutants = variants.filter(({ name }) => name.startsWith('mutants/'));
const budgets = story.budgets.join('\n');

test('the declaration is sound', () => {
  expect(scenarioProblems(scenario)).toEqual([]);
});

test('the points of the checks add up to 100', () => {
  expect(checks.reduce((sum, { points }) => sum + points, 0)).toBe(100);
});

test.each(checks.map(({ id }) => id))('%s is claimed by a wrong fix', (id) => {
  expect(mutants.filter(({ killedBy }) => (killedBy[id] ?? []).length > 0)).not.toEqual([]);
});

test('every experiment is used by a check', () => {
  const used = new Set(checks.flatMap((check) => check.experiments));
  expect(experiments.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
});

test('there are at least ten wrong fixes, three cheats among them, and three other right ones', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(10);
  expect(mutants.filter(({ cheat }) => cheat === true).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
});

test('there are four hints, and the first does not name an answer', () => {
  expect(hints).toHaveLength(4);
  expect(hints.every((hint) => /^[A-Z].*[.?]$/.test(hint))).toBe(true);
  expect(hints[0]).not.toMatch(/idempot|\bkey\b|look|marker|earlier charge/i);
});

test('every check has its place in the lesson, by its own name', () => {
  const names = checks.map(({ id }) => id.replace(`${scenario.id}/`, ''));
  expect(checks.map(({ lesson }) => lesson)).toEqual(names.map((name) => `${scenario.lesson}#${name}`));
});

test('an experiment that runs beside others disturbs nobody', () => {
  const beside = experiments.filter(({ besideOthers }) => besideOthers === true);
  expect(beside.filter(({ disturbsLoad, needsRest }) => disturbsLoad === true || needsRest === true)).toEqual([]);
});

test('settling comes last, and alone after every disturbance', () => {
  expect(experiments.filter(({ phase }) => phase === 'recover')).toEqual([settle]);
  expect(experiments.at(-1)).toBe(settle);
});

test('the files to read first may be changed', () => {
  expect(scenario.startWith.filter((path) => !path.startsWith('src/'))).toEqual([]);
  expect(scenario.editable).toContain('src/**');
});

function checkOf(name: string): Check {
  const found = checks.find(({ id }) => id === `${scenario.id}/${name}`);
  if (found === undefined) throw new RangeError(`There is no check "${name}".`);
  return found;
}

/** A run of all experiments in which nothing happened, and whose ledger is empty. */
function evidence(change: Partial<Evidence>): Evidence {
  return {
    schemaVersion: 1,
    scenario: scenario.id,
    run: '20260304-050607-ab12',
    seed: 1,
    history: [],
    samples: [],
    timeline: [],
    experiments: [],
    tables: [ledger()],
    exits: [],
    labHealth: {
      echo: { requests: 100, failed: 0, p95Ms: 2, maxMs: 9 },
      load: { planned: 100, delivered: 100, dropped: 0 },
      canaries: [],
      runnerStallMsMax: 0,
      problem: null,
    },
    referenceBaseline: null,
    selected: experiments.map(({ id }) => id),
    ...change,
  };
}

function ledger(...charges: readonly Pick<ProviderCharge, 'reference' | 'atMs'>[]): Evidence['tables'][number] {
  return { table: 'charges', rows: charges.map((charge) => ({ ...charge, amountCents: 1_250, caller: 'worker-1' })) };
}

const order: Operation = {
  id: 1,
  experiment: 'plain-orders',
  client: 'customer',
  kind: 'write',
  view: 'order',
  replica: 'api-1',
  key: 'order-1',
  value: 1_250,
  startMs: 0,
  endMs: 20,
  outcome: 'ok',
  status: 201,
};
const charge = { reference: order.key, atMs: 200 };

const codes = (check: Check, given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);

test('the time for a charge in the story is the one that is judged', () => {
  const check = checkOf('charged-and-shown');
  const chargedAfter = (ms: number) => evidence({ history: [order], tables: [ledger({ ...charge, atMs: 20 + ms })] });
  expect(budgets).toContain(`charged within ${chargedWithinMs / 1_000} seconds`);
  expect(codes(check, chargedAfter(chargedWithinMs))).toEqual([]);
  expect(codes(check, chargedAfter(chargedWithinMs + 1))).toEqual(['CHARGED_LATE']);
});

test.each(['plain-orders', 'orders-while-provider-hangs'])(
  'the time to accept an order in the story is the one that is judged in %s',
  (experiment) => {
    const check = checkOf('accepted-at-once');
    // One late answer may be the machine's.
    const taking = (ms: number) =>
      evidence({ history: [1, 2].map((id) => ({ ...order, id, experiment, key: `order-${id}`, endMs: ms })) });
    expect(budgets).toContain(`accepted within ${acceptedWithinMs} ms`);
    expect(codes(check, taking(acceptedWithinMs))).toEqual([]);
    expect(codes(check, taking(acceptedWithinMs + 1))).toEqual(['ORDER_ACCEPTED_LATE']);
  },
);

test('the lab waits for a charge as long as the story says', async () => {
  const { h } = fakeHandle({
    rows: [{ id: 'book-1', slug: 'shop-07', title: 'Salt & Smoke', price_cents: 1_250 }],
    answer: () => ({ status: 201, body: { id: order.key } }),
  });
  await createOrderDesk(h).place();
  const { facts } = await settle.run(h);
  expect(budgets).toContain(`at the latest ${Number(facts?.['waitedMs']) / 1_000} seconds after`);
});

test('another worker can take over, and a second click can go through another replica', () => {
  expect(stack.replicas.api).toBeGreaterThan(1);
  expect(stack.replicas.worker).toBeGreaterThan(1);
});

const ofTheLedger = checks.filter(({ id }) => !/\/(?:steady-state|accepted-at-once)$/.test(id));

test.each(ofTheLedger.map(({ id }) => id))('%s waits for the ledger, and does not judge without it', (id) => {
  const check = checkOf(id.replace(`${scenario.id}/`, ''));
  expect(check.experiments).toContain('settle');
  expect(codes(check, evidence({ tables: [] }))).toEqual(['NOT_MEASURED']);
});

/** The checks that find a second charge, with the experiments whose orders are theirs. */
const once = checks
  .map(({ id }) => id.replace(`${scenario.id}/`, ''))
  .filter((name) => name.startsWith('once-'))
  .flatMap((name) => checkOf(name).experiments.map((experiment) => [name, experiment] as const))
  .filter(([, experiment]) => experiment !== 'settle');

test.each(once)('a second charge found by %s says how it came about in %s', (name, experiment) => {
  const text = 'The provider had charged; worker-1 was killed before it had the answer.';
  const facts = { [`point:${order.key}`]: text };
  const records = experiments.map(({ id }) => ({
    experiment: id,
    attempt: 1,
    reached: true,
    startMs: 0,
    endMs: 5_000,
    keys: [],
    facts: id === experiment && id !== 'plain-orders' ? facts : {},
  }));
  const given = {
    history: [{ ...order, experiment }],
    experiments: records,
    tables: [ledger(charge, { ...charge, atMs: 1_400 })],
  };
  const [found, ...others] = checkOf(name).judge(evidence(given));
  expect(others).toEqual([]);
  expect(found?.code).toBe('CHARGED_TWICE');
  expect(found?.message).toContain(experiment === 'plain-orders' ? 'Nothing was slow or broken.' : text);
});

const withOrders = experiments.filter(({ id }) => !['orders-while-provider-hangs', 'settle'].includes(id));

test.each(withOrders.map(({ id }) => id))(
  'an order of %s belongs to one check for two charges, and to the one for none',
  (experiment) => {
    const history = [{ ...order, experiment }];
    const finding = (code: string, ...charges: readonly (typeof charge)[]) =>
      checks.filter((check) => codes(check, evidence({ history, tables: [ledger(...charges)] })).includes(code));
    expect(finding('CHARGED_TWICE', charge, { ...charge, atMs: 1_400 })).toHaveLength(1);
    expect(finding('NEVER_CHARGED').map(({ id }) => id)).toEqual([`${scenario.id}/none-lost`]);
  },
);

test('an order of the load that is charged twice is found, once', () => {
  const tables = [ledger(charge, { ...charge, atMs: 1_400 })];
  const finding = checks.filter((check) => codes(check, evidence({ tables })).includes('LOAD_CHARGED_TWICE'));
  expect(finding.map(({ id }) => id)).toEqual([`${scenario.id}/once-after-a-kill`]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  const once = ['CHARGED_TWICE', 'LOAD_CHARGED_TWICE'];
  const known: Readonly<Record<string, readonly string[]>> = {
    'steady-state': ['ERRORS_AT_REST', 'LOAD_STALLED', 'REPLICA_DIED'],
    'charged-and-shown': ['WRONG_AMOUNT', 'NOT_SHOWN_AS_PAID', 'CHARGED_LATE'],
    'once-after-a-kill': once,
    'once-at-every-commit': once.slice(0, 1),
    'once-when-two-work': once.slice(0, 1),
    'once-when-asked-again': once.slice(0, 1),
    'none-lost': ['NEVER_CHARGED', 'PROCESS_STAYS_DOWN'],
    'accepted-at-once': ['ORDER_REFUSED', 'ORDER_ACCEPTED_LATE'],
  };
  const unknown = variants.flatMap(({ name, killedBy }) =>
    Object.entries(killedBy).flatMap(([id, named]) =>
      named
        .filter((code) => !known[id.replace(`${scenario.id}/`, '')]?.includes(code))
        .map((code) => `${name}: ${id} ${code}`),
    ),
  );
  expect(unknown).toEqual([]);
});
