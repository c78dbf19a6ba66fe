import type { Experiment } from '@lab/sdk';
import { createDesk } from './asking.ts';
import { partyOf } from './clients.ts';
import { stretch } from './stretch.ts';

const forMs = 1_500;

/** With the store there, all replicas give one quota: whatever is done for an outage must not cost that. */
export const atRest: Experiment = {
  id: 'at-rest',
  title: 'A crawler asks for twelve times its plan while nothing is broken',
  phase: 'baseline',
  run: async (h) => {
    const desk = createDesk(h);
    const party = await partyOf(h, 'at-rest');
    const before = await h.database.statementCount();
    const stickingTo = h.random.pick(h.replicas);
    const { lateP99Ms } = await stretch(h, { name: 'rest', forMs, party, desk, replicas: h.replicas, stickingTo });
    const statements = (await h.database.statementCount()) - before;
    return { reached: true, facts: { ...desk.facts(), statements, lateP99Ms } };
  },
};
