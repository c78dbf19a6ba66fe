import * as z from 'zod';
import { observe } from '../observe/observe.ts';
import { isSlow, limitFor } from '../observe/slowness.ts';
import { hello } from '../observe/talks.ts';
import { wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

export const linkLatency = defineToxicFault({
  id: 'link-latency',
  title: 'Answers of a dependency come late',
  about:
    'Every answer is delayed, on open connections too; each piece of data by the same time, so nothing is reordered.',
  parameters: z
    .strictObject({
      latencyMs: wholeNumber('how late an answer is', { min: 10, max: 60_000, usual: 200 }),
      jitterMs: wholeNumber('how much the delay varies, up and down', { min: 0, max: 60_000, usual: 0 }),
    })
    // Toxiproxy would come to negative delays, which are none.
    .refine(({ latencyMs, jitterMs }) => jitterMs <= latencyMs, 'jitterMs may not be larger than latencyMs'),
  toxic: ({ latencyMs, jitterMs }) => ({
    type: 'latency',
    stream: 'downstream',
    attributes: { latency: latencyMs, jitter: jitterMs },
  }),
  look: async (_ground, { link, parameters: { latencyMs, jitterMs }, signal }) => {
    const atLeastMs = Math.max(latencyMs - jitterMs, latencyMs / 2);
    const talk = hello[link.dependency];
    return isSlow(await observe(link.proxy, talk, { limitMs: limitFor(atLeastMs), signal }), atLeastMs);
  },
});
