import * as z from 'zod';
import { wholeNumber } from '../parameters.ts';
import { behave, definePaymentFault } from './payment-fault.ts';
import { describeProbe, probeCharge } from './probe-charge.ts';

const limitMs = 1_000;
/** Charges in one look, one after the other. */
const probes = 25;

export const paymentErrors = definePaymentFault({
  id: 'payment-errors',
  title: 'The payment provider fails now and then',
  about: 'A share of the charges is answered with an error, and nothing is charged. Drawn for each request.',
  parameters: z.strictObject({
    ratePercent: wholeNumber('share of the charges that fail', { min: 1, max: 100, usual: 50 }),
    status: wholeNumber('HTTP status of the error', { min: 400, max: 599, usual: 503 }),
  }),
  disturb: (world, { parameters: { ratePercent, status }, only }) =>
    behave(world, { kind: 'error', rate: ratePercent / 100, status, ...only }),
  look: async (door, { parameters: { status }, signal }) => {
    for (let count = 1; count <= probes && !signal.aborted; count += 1) {
      const probed = await probeCharge(door, { limitMs, signal });
      if (probed.status === status)
        return { seen: true, measured: `charge ${count} of ${count} was answered ${status}` };
      if (probed.status === null) return { seen: false, measured: describeProbe(probed, limitMs) };
    }
    return { seen: false, measured: `none of ${probes} charges was answered ${status}` };
  },
});
