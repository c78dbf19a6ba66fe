import type { Experiment, ExperimentHandle, Held, PaymentHold, TableDump } from '@lab/sdk';
import { createOperators, type Operators, type SeenLetter } from '../../shared/operators.ts';
import { pauses, slackMs } from '../pauses.ts';
import { behavioursFor, placeAll, type ScriptedOrder, scriptedTable, toBeCharged } from './scripted-orders.ts';
import { answeredNext, behind, chargedInTheEnd, failedTogether, seldomAnswered, well } from './scripts.ts';

/** Less than the provider's callers wait for an answer, counted from the first that is held. */
const firstHeldMs = 6_500;
const nextHeldMs = 2_500;
/** Nobody else came for so long: all that there was room for are there. */
const quietMs = 700;
const pollMs = 50;
const operatorsEveryMs = 500;
/** An order that comes again too soon after a final answer has come by then. */
const watchedMs = 3_000;
const redrivenOfFinal = 3;
const redrivenOfExhausted = 2;
const laterOrdersAtMs = [1_000, 3_000, 5_000] as const;

/** All attempts that were agreed, each as late as it may be, and the operators' list after the last. */
const overMs =
  Array.from({ length: pauses.attemptsMax - 1 }, (_, index) => Math.min(pauses.capMs, pauses.baseMs * 2 ** index))
    .map((nominalMs) => nominalMs * (1 + pauses.variation) + slackMs)
    .reduce((sum, ms) => sum + ms, 0) + 2_000;

interface Answered extends ScriptedOrder {
  readonly fromMs: number;
}

/**
 * The provider refuses many orders in one moment, and goes on refusing them. Those behind them are answered in every
 * other way, each of them once; some meet nothing wrong at all.
 */
export const outage: Experiment = {
  id: 'outage',
  title: 'The provider refuses all that is under way in one moment, and answers others in every way',
  phase: 'disturb',
  disturbsLoad: true,
  timeoutMs: 75_000,
  attemptsMax: 2,
  run: async (h) => {
    const { orders, heldTogether, refusing } = await refuseTogether(h);
    const letters = createOperators(h);
    const tenants = [...new Set(orders.map(({ order }) => order.tenant))];
    const fromMs = h.clock.nowMs();
    const later = placeLater(h, fromMs);
    const redriven = await watch(h, { orders, fromMs, look: () => letters.look(tenants), redrive: letters.redrive });
    await refusing.release();
    const exhausted = orders.filter(({ script }) => script.group === 'failed-together');
    redriven.push(
      ...(await redriveSome(h, {
        orders: exhausted,
        count: redrivenOfExhausted,
        letters: await letters.look(tenants),
        redrive: letters.redrive,
      })),
    );
    const expected = await toBeCharged(h);
    for (const { order } of redriven) expected.add(order);
    const all = [...orders.map((order) => ({ ...order, fromMs })), ...(await later)];
    for (const { order, script } of all) if (chargedInTheEnd.includes(script.group)) expected.add(order.id);
    return {
      reached: orders.length > 0,
      ...(orders.length > 0 ? {} : { note: 'no order was accepted' }),
      facts: { orders: orders.length, heldTogether },
      tables: [scriptedTable(all), redrivenTable(redriven), lettersTable(await letters.look(tenants))],
    };
  },
};

interface Refused {
  readonly orders: readonly ScriptedOrder[];
  /** Requests that were under way when the provider began to refuse. */
  readonly heldTogether: number;
  readonly refusing: Held;
}

/** Two holds, one after the other: what has room in the workers is answered in one moment, and what follows in another. */
async function refuseTogether(h: ExperimentHandle): Promise<Refused> {
  const first = await h.payment.hold('before');
  const together = await placeAll(h, failedTogether);
  const rest = await placeAll(h, [...answeredNext, ...seldomAnswered(h.random), ...behind]);
  const orders = [...together, ...rest];
  const heldTogether = await untilQuiet(h, together, firstHeldMs);
  const refusing = await h.payment.behave(behavioursFor(orders));
  // Before the first goes: what comes when it has gone is held by the second.
  const second: PaymentHold = await h.payment.hold('before');
  await first.release();
  const isTold = ({ script }: ScriptedOrder): boolean => script.group === 'told-together';
  await untilQuiet(h, rest.filter(isTold), nextHeldMs);
  await second.release();
  return { orders, heldTogether, refusing };
}

/** Waits until all of these are at the provider, or no other comes; resolves to how many are. */
async function untilQuiet(h: ExperimentHandle, orders: readonly ScriptedOrder[], limitMs: number): Promise<number> {
  const ours = new Set(orders.map(({ order }) => order.id));
  const beganMs = h.clock.nowMs();
  let [count, changedMs] = [0, beganMs];
  for (;;) {
    const calls = (await h.payment.calls()).filter(({ reference }) => ours.has(reference));
    const nowMs = h.clock.nowMs();
    const there = new Set(calls.map(({ reference }) => reference)).size;
    if (there !== count) [count, changedMs] = [there, nowMs];
    const sinceMs = Math.min(beganMs, ...calls.map(({ atMs }) => atMs));
    const isQuiet = count > 0 && nowMs - changedMs > quietMs;
    if (count === ours.size || isQuiet || nowMs - sinceMs > limitMs) return count;
    await h.clock.sleep(pollMs);
  }
}

/** While the others wait for another attempt. */
async function placeLater(h: ExperimentHandle, fromMs: number): Promise<readonly Answered[]> {
  const placed: Answered[] = [];
  for (const atMs of laterOrdersAtMs) {
    await h.clock.sleep(Math.max(0, fromMs + atMs - h.clock.nowMs()));
    const some = await placeAll(h, [well, well]);
    placed.push(...some.map((order) => ({ ...order, fromMs: order.order.operation.endMs })));
  }
  return placed;
}

interface Watched {
  readonly orders: readonly ScriptedOrder[];
  readonly fromMs: number;
  look(): Promise<ReadonlyMap<string, SeenLetter>>;
  readonly redrive: Operators['redrive'];
}

/** Looks after the operators' list until every order that is always refused is on it, or should be. */
async function watch(h: ExperimentHandle, { orders, fromMs, look, redrive }: Watched): Promise<Redriven[]> {
  const refused = orders.filter(({ script }) => ['failed-together', 'told-each-time'].includes(script.group));
  const final = orders.filter(({ script }) => script.group === 'final');
  const redriven: Redriven[] = [];
  let mayRedrive = true;
  for (;;) {
    const letters = await look();
    const sinceMs = h.clock.nowMs() - fromMs;
    if (mayRedrive && sinceMs > watchedMs) {
      mayRedrive = false;
      redriven.push(...(await redriveSome(h, { orders: final, count: redrivenOfFinal, letters, redrive })));
    }
    const isOver = !mayRedrive && refused.every(({ order }) => letters.has(order.id));
    if (isOver || sinceMs > overMs) return redriven;
    await h.clock.sleep(operatorsEveryMs);
  }
}

interface Redriven {
  readonly order: string;
  readonly atMs: number;
}

async function redriveSome(
  h: ExperimentHandle,
  some: Pick<Watched, 'orders' | 'redrive'> & {
    readonly count: number;
    readonly letters: ReadonlyMap<string, SeenLetter>;
  },
): Promise<readonly Redriven[]> {
  const given = some.orders.flatMap(({ order }) => some.letters.get(order.id) ?? []);
  return await Promise.all(
    h.random
      .shuffle(given)
      .slice(0, some.count)
      .map(async (letter) => {
        const atMs = h.clock.nowMs();
        await some.redrive(letter);
        return { order: letter.order, atMs };
      }),
  );
}

function redrivenTable(redriven: readonly Redriven[]): TableDump {
  return { table: 'redriven', rows: redriven.map((row) => ({ ...row })) };
}

function lettersTable(letters: ReadonlyMap<string, SeenLetter>): TableDump {
  return { table: 'dead-letters', rows: [...letters.values()].map((letter) => ({ ...letter })) };
}
