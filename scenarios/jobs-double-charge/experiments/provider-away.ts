import type { Experiment, ExperimentHandle, PaymentBehaviour } from '@lab/sdk';
import { inTurn } from '../../shared/in-turn.ts';
import { createOperators, type Operators, type SeenLetter } from '../../shared/operators.ts';
import { createOrderDesk, type PlacedOrder } from '../../shared/orders.ts';
import { holdCharge, notTaken } from './held-charge.ts';

/** Six attempts with waits of 0.2 to 0.5 s between them, and much time to spare. */
const givenUpWithinMs = 9_000;
const pollMs = 100;

/** The provider is away for longer than a worker tries; then an operator redrives what was given up. */
export const providerAway: readonly Experiment[] = [
  {
    id: 'refused-then-redriven',
    title: 'The provider refuses for longer than a worker tries, and the order is redriven',
    phase: 'disturb',
    timeoutMs: 20_000,
    besideOthers: true,
    run: givenUp({ kind: 'answer', status: 503 }, 'The provider had refused it with 503'),
  },
  {
    id: 'charged-then-redriven',
    title: 'The provider charges and none of its answers is heard, and the order is redriven',
    phase: 'disturb',
    timeoutMs: 20_000,
    besideOthers: true,
    run: givenUp({ kind: 'lose-reply' }, 'The provider had charged, and lost its answer to every attempt'),
  },
];

function givenUp(does: PaymentBehaviour['does'], what: string): Experiment['run'] {
  return async (h) => {
    // While one order is held, so is every other.
    const held = await inTurn(h, 'held-one-by-one', () => holdCharge(h, 'before'));
    if (held === null) return notTaken;
    const away = await h.payment.behave([{ reference: held.order.id, does }]);
    await held.hold.release();
    const operators = createOperators(h);
    const letter = await waitForLetter(h, { order: held.order, operators });
    await away.release();
    // Operators click twice, through whichever replica.
    const answers = letter === null ? [] : await operators.redrive(letter);
    return {
      reached: true,
      facts: {
        deadLetter: letter !== null,
        redriven: answers.filter((status) => status === 202).length,
        [`point:${held.order.id}`]:
          letter === null
            ? `${what} for a while.`
            : `${what}, until it was given up; then it was redriven twice at once.`,
      },
    };
  };
}

/** The order's dead letter; null when none is written in time: a service may also try for ever. */
async function waitForLetter(
  h: ExperimentHandle,
  { order, operators }: { readonly order: PlacedOrder; readonly operators: Operators },
): Promise<SeenLetter | null> {
  const desk = createOrderDesk(h);
  const giveUpAtMs = h.clock.nowMs() + givenUpWithinMs;
  while (h.clock.nowMs() < giveUpAtMs) {
    const letters = await operators.look([order.tenant]);
    // Found the charge by itself: nobody has to redrive anything.
    if ((await desk.look(order, h.random.pick(h.replicas))).value === 1) return null;
    const letter = letters.get(order.id ?? 'unknown');
    if (letter !== undefined) return letter;
    await h.clock.sleep(pollMs);
  }
  return null;
}

/** A worker gives a request up after two seconds (`PAYMENT_TIMEOUT_MS`), and asks again after a pause. */
const askedAgainWithinMs = 3_500;

/** For the load's view of a provider that is away: orders go on being accepted. Whoever waits for it runs into its time-out. */
export const whileAway: Experiment = {
  id: 'orders-while-provider-hangs',
  title: 'Orders are accepted while the provider answers nobody',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    await using _hold = await h.payment.hold('before');
    const desk = createOrderDesk(h);
    const orders: PlacedOrder[] = [];
    for (const replica of h.replicas) orders.push(await desk.place(replica), await desk.place(replica));
    const fromMs = h.clock.nowMs();
    await untilAskedAgain(h, orders);
    const text = `The provider answered nobody for ${Math.round(h.clock.nowMs() - fromMs)} ms.`;
    return { reached: true, facts: Object.fromEntries(orders.map(({ id }) => [`point:${id}`, text])) };
  },
};

async function untilAskedAgain(h: ExperimentHandle, orders: readonly PlacedOrder[]): Promise<void> {
  const [first] = orders.flatMap(({ id }) => id ?? []);
  const giveUpAtMs = h.clock.nowMs() + askedAgainWithinMs;
  while (first !== undefined && h.clock.nowMs() < giveUpAtMs) {
    if ((await h.payment.attempts(first)) > 1) return;
    await h.clock.sleep(50);
  }
}
