import { type Check, type Evidence, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createOrderDesk } from '../shared/orders.ts';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import {
  attemptOf,
  chargesOf,
  checkNamed,
  codesAround,
  codesOf,
  evidenceOf,
  orderPlaced,
} from '../shared/testing/evidence.ts';
import { fakeHandle } from '../shared/testing/fake-handle.ts';
import { acceptedWithinMs, chargedWithinMs } from './checks.ts';
import { settle, settledWithinMs } from './experiments/settle.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, stack, story, variants } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
});

test('the first hint does not name an answer', () => {
  expect(hints[0]).not.toMatch(/idempot|\bkey\b|look|marker|earlier charge/i);
});

test('settling comes last, and alone after every disturbance', () => {
  expect(experiments.filter(({ phase }) => phase === 'recover')).toEqual([settle]);
  expect(experiments.at(-1)).toBe(settle);
});

const checkOf = (name: string): Check => checkNamed(scenario, name);
/** A run of all experiments in which nothing happened, and whose ledger is empty. */
const evidence = (change: Partial<Evidence>): Evidence => evidenceOf(scenario, { tables: [chargesOf()], ...change });

const order = orderPlaced({ experiment: 'plain-orders' });
const charge = { reference: order.key, atMs: 200 };

test('the time for a charge in the story is the one that is judged', () => {
  const check = checkOf('charged-and-shown');
  const chargedAfter = (ms: number) =>
    evidence({ history: [order], tables: [chargesOf({ ...charge, atMs: 20 + ms })] });
  expect(budgets).toContain(`charged within ${chargedWithinMs / 1_000} seconds`);
  expect(codesAround(check, chargedWithinMs, chargedAfter)).toEqual([[], ['CHARGED_LATE']]);
});

test.each(['plain-orders', 'orders-while-provider-hangs'])(
  'the time to accept an order in the story is the one that is judged in %s',
  (experiment) => {
    const check = checkOf('accepted-at-once');
    // One late answer may be the machine's.
    const taking = (ms: number) =>
      evidence({ history: [1, 2].map((id) => ({ ...order, id, experiment, key: `order-${id}`, endMs: ms })) });
    expect(budgets).toContain(`accepted within ${acceptedWithinMs} ms`);
    expect(codesAround(check, acceptedWithinMs, taking)).toEqual([[], ['ORDER_ACCEPTED_LATE']]);
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

test('an order is late by the time in the story after its own experiment, however long the others go on', () => {
  const check = checkOf('none-lost');
  const killed = { ...order, experiment: 'killed-before-charge' };
  const chargedAfter = (ms: number) =>
    evidence({
      history: [killed],
      experiments: [attemptOf('killed-before-charge', { endMs: 5_000 }), attemptOf('settle', { endMs: 90_000 })],
      tables: [chargesOf({ ...charge, atMs: 5_000 + ms })],
    });
  expect(budgets).toContain(`at the latest ${settledWithinMs / 1_000} seconds after`);
  expect(codesAround(check, settledWithinMs, chargedAfter)).toEqual([[], ['CHARGED_LATE']]);
});

test('another worker can take over, and a second click can go through another replica', () => {
  expect(stack.replicas.api).toBeGreaterThan(1);
  expect(stack.replicas.worker).toBeGreaterThan(1);
});

const ofTheLedger = checks.filter(({ id }) => !/\/(?:steady-state|accepted-at-once)$/.test(id));

test.each(ofTheLedger.map(({ id }) => id))('%s waits for the ledger, and does not judge without it', (id) => {
  const check = checkOf(id.replace(`${scenario.id}/`, ''));
  expect(check.experiments).toContain('settle');
  expect(codesOf(check, evidence({ tables: [] }))).toEqual(['NOT_MEASURED']);
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
  const records = experiments.map(({ id }) =>
    attemptOf(id, { facts: id === experiment && id !== 'plain-orders' ? facts : {} }),
  );
  const given = {
    history: [{ ...order, experiment }],
    experiments: records,
    tables: [chargesOf(charge, { ...charge, atMs: 1_400 })],
  };
  const [found, ...others] = checkOf(name).judge(evidence(given));
  expect(others).toEqual([]);
  expect(found?.code).toBe('CHARGED_TWICE');
  expect(found?.message).toContain(experiment === 'plain-orders' ? 'Nothing was slow or broken.' : text);
});

const withOrders = experiments.filter(({ id }) => id !== 'settle');

test.each(withOrders.map(({ id }) => id))(
  'an order of %s belongs to one check for two charges, and to the one for none',
  (experiment) => {
    const history = [{ ...order, experiment }];
    const finding = (code: string, ...charges: readonly (typeof charge)[]) =>
      checks.filter((check) => codesOf(check, evidence({ history, tables: [chargesOf(...charges)] })).includes(code));
    expect(finding('CHARGED_TWICE', charge, { ...charge, atMs: 1_400 })).toHaveLength(1);
    expect(finding('NEVER_CHARGED').map(({ id }) => id)).toEqual([`${scenario.id}/none-lost`]);
  },
);

test('an order of the load that is charged twice is found, once', () => {
  const tables = [chargesOf(charge, { ...charge, atMs: 1_400 })];
  const finding = checks.filter((check) => codesOf(check, evidence({ tables })).includes('LOAD_CHARGED_TWICE'));
  expect(finding.map(({ id }) => id)).toEqual([`${scenario.id}/once-after-a-kill`]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  const twice = ['CHARGED_TWICE'];
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'charged-and-shown': ['CHARGED_LATE', 'NOT_SHOWN_AS_PAID', 'WRONG_AMOUNT'],
    'once-after-a-kill': twice,
    'once-at-every-commit': twice,
    'once-when-two-work': twice,
    'once-when-asked-again': twice,
    'none-lost': ['CHARGED_LATE', 'NEVER_CHARGED', 'PROCESS_STAYS_DOWN'],
    'accepted-at-once': ['ORDER_ACCEPTED_LATE'],
  });
});
