import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/lookup-under-lock',
    about:
      'No key: looks before every charge, under an advisory lock, and only when no earlier call can still be on its way.',
    killedBy: {},
  },
  {
    name: 'solutions/pg-boss',
    about: 'pg-boss is queue and outbox: the job is sent in the transaction of the order; the order is the key.',
    killedBy: {},
  },
  {
    name: 'solutions/polling-table',
    about: 'No Redis: the outbox is the queue, with leases in columns, SKIP LOCKED and renewal; the order is the key.',
    killedBy: {},
  },
];
