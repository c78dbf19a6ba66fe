import { once } from '../once.ts';
import { noParameters } from '../parameters.ts';
import { definePaymentFault } from './payment-fault.ts';
import { describeProbe, probeCharge } from './probe-charge.ts';

const limitMs = 400;

export const paymentHang = definePaymentFault({
  id: 'payment-hang',
  title: 'The payment provider takes requests and does not answer',
  about:
    'Charges wait and nothing has moved. At the end those whose callers still wait are carried out, in order; the others never were.',
  parameters: noParameters,
  disturb: async (world, { only }) => {
    const hold = await world.hold({ at: 'before', ...only });
    return once(async () => void (await hold.release()));
  },
  look: async (door, { signal }) => {
    const probed = await probeCharge(door, { limitMs, signal });
    return { seen: probed.outcome === 'silent', measured: describeProbe(probed, limitMs) };
  },
});
