import type { Experiment } from '@lab/sdk';
import { confirmedInHand, twentyConfirmations } from './experiments/confirmed-often.ts';
import { infected, otherContents, otherTypes } from './experiments/contents.ts';
import { earlyConfirmations } from './experiments/early-confirmations.ts';
import { honest, pastTheApi } from './experiments/honest-files.ts';
import { lateForms } from './experiments/late-forms.ts';
import { elsewhere, wrongSizes } from './experiments/refused-by-the-store.ts';
import { settle } from './experiments/settle.ts';

/**
 * In this order. All but the narrow link hold only what is their own, an upload's rows or the verdict on its bytes, and
 * so run side by side. The narrow link stands between two groups: what must meet a worker at once comes before it, and
 * what keeps the workers busy after it, while the forms of one of them grow old.
 */
export const experiments: readonly Experiment[] = [
  honest,
  twentyConfirmations,
  confirmedInHand,
  wrongSizes,
  elsewhere,
  earlyConfirmations,
  pastTheApi,
  lateForms,
  otherTypes,
  infected,
  otherContents,
  settle,
];
