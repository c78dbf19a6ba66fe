import { quotaOf } from '@lab/checks';
import type { Experiment } from '@lab/sdk';
import { quotas } from '../plans.ts';
import { createDesk } from './asking.ts';
import { clientsOf } from './clients.ts';

/** After a rest, a client of each plan asks for its burst at once, spread over the replicas. */
export const restedBurst: Experiment = {
  id: 'rested-burst',
  title: 'A client of each plan asks for its burst at once, after a rest',
  phase: 'baseline',
  run: async (h) => {
    const desk = createDesk(h);
    const { rested } = await clientsOf(h);
    const asked = rested.flatMap((client) =>
      Array.from({ length: quotaOf(client.key, quotas).burst }, (_, index) => {
        const replica = h.replicas[index % h.replicas.length] ?? 'api-1';
        return desk.readBook(client, 'burst', replica);
      }),
    );
    await Promise.all(asked);
    return { reached: true, facts: desk.facts() };
  },
};
