import type { Experiment } from '@lab/sdk';
import { throughOutage } from './outage.ts';

/**
 * As on that Friday: connections stand, and nothing comes over them, until the store is started anew. It has forgotten all
 * then: counts, and scripts that it was told. Somebody guesses passwords meanwhile.
 */
export const silent: Experiment = {
  id: 'silent',
  title: 'The limits store answers no replica any more, and is started anew',
  phase: 'disturb',
  disturbsLoad: true,
  timeoutMs: 60_000,
  attemptsMax: 1,
  run: (h) =>
    throughOutage(h, {
      party: 'silent',
      isGuessed: true,
      breakStore: async () => ({ held: [await h.links.silence(h.replicas, 'redis-limits')], up: h.replicas }),
      restartStore: async () => {
        await h.limits.command('FLUSHALL');
        await h.limits.command('SCRIPT', 'FLUSH');
      },
    }),
};
