import type { Experiment } from '@lab/sdk';
import { countKeys } from './count-keys.ts';

export const storedKeys: Experiment = {
  id: 'stored-keys',
  title: 'The keys in the limits store are counted, with the time they still have',
  phase: 'recover',
  run: async (h) => ({ reached: true, facts: { ...(await countKeys(h)) } }),
};
