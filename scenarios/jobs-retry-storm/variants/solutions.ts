import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/jitter-from-the-event',
    about:
      'No chance: event and attempt make the number by which a pause is varied, so a log tells when a job comes back.',
    killedBy: {},
  },
  {
    name: 'solutions/polling-table',
    about: 'No Redis: the outbox is the queue, and the pause before another attempt is a column.',
    killedBy: {},
  },
  {
    name: 'solutions/graphile-worker',
    about:
      'graphile-worker is the queue. Its own retries are fixed, so each further attempt is a job with a time of its own.',
    killedBy: {},
  },
];
