import { acceptedAtOnce, chargedOnce, chargeRecorded, noneLost, steadyState } from '@lab/checks';
import type { Check } from '@lab/sdk';
import { inTime } from './charged-in-time.ts';
import { settledWithinMs } from './experiments/settle.ts';

const id = (name: string): string => `jobs-double-charge/${name}`;
const lesson = (name: string): string => `lessons/jobs#${name}`;
const requests = ['detail', 'list', 'order'];

/** An order is charged this soon when nothing is wrong; the reference needs a tenth. */
export const chargedWithinMs = 5_000;
/** Accepting an order takes this long at most, whatever the provider does. */
export const acceptedWithinMs = 1_000;

const killed = ['killed-before-charge', 'killed-after-charge'];
const commits = ['killed-before-commit', 'killed-after-commit', 'killed-before-ack'];
const redriven = ['refused-then-redriven', 'charged-then-redriven'];
const frozen = ['frozen-before-charge', 'frozen-after-charge', 'frozen-then-dead'];
const away = ['orders-while-provider-hangs', 'database-away', 'queue-away'];
const resting = ['plain-orders', 'equal-orders'];

const circumstances = {
  'plain-orders': 'Nothing was slow or broken.',
} as const;

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests,
    failedShareMax: 0.01,
  }),
  chargeRecorded({
    id: id('charged-and-shown'),
    title: 'An order is charged its total, soon, and shows that it is paid',
    points: 10,
    lesson: lesson('charged-and-shown'),
    experiments: ['plain-orders', ...killed, 'frozen-then-dead', 'reply-lost', 'database-away', 'settle'],
    atRest: ['plain-orders'],
    withinMs: chargedWithinMs,
  }),
  chargedOnce({
    id: id('once-after-a-kill'),
    title: 'No customer is charged twice when a worker dies at the provider’s door',
    points: 20,
    lesson: lesson('once-after-a-kill'),
    experiments: killed,
    settled: 'settle',
    circumstances,
    alsoLoad: true,
  }),
  chargedOnce({
    id: id('once-at-every-commit'),
    title: 'No customer is charged twice wherever else a worker dies',
    points: 15,
    lesson: lesson('once-at-every-commit'),
    experiments: commits,
    settled: 'settle',
    circumstances,
  }),
  chargedOnce({
    id: id('once-when-two-work'),
    title: 'No customer is charged twice when a slow worker is taken for dead',
    points: 15,
    lesson: lesson('once-when-two-work'),
    experiments: frozen,
    settled: 'settle',
    circumstances,
  }),
  chargedOnce({
    id: id('once-when-asked-again'),
    title: 'No customer is charged twice when an answer is lost, on a deploy, or by a redrive',
    points: 10,
    lesson: lesson('once-when-asked-again'),
    experiments: [...resting, 'reply-lost', 'deployed', ...away, ...redriven],
    settled: 'settle',
    circumstances,
  }),
  inTime(
    noneLost({
      id: id('none-lost'),
      title: 'Every accepted order is charged in the end',
      points: 20,
      lesson: lesson('none-lost'),
      experiments: [...resting, ...killed, ...commits, ...frozen, 'reply-lost', 'deployed', ...away, ...redriven],
      circumstances,
      settled: 'settle',
    }),
    { withinMs: settledWithinMs },
  ),
  acceptedAtOnce({
    id: id('accepted-at-once'),
    title: 'Orders are accepted at once, whatever the provider does',
    points: 5,
    lesson: lesson('accepted-at-once'),
    experiments: ['plain-orders', 'orders-while-provider-hangs'],
    withinMs: acceptedWithinMs,
  }),
];
