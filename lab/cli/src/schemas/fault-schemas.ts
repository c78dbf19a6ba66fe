import { z } from 'zod';

const value = z.union([z.string(), z.number()]);
const parameters = z.record(z.string(), value);

const fact = z.object({
  id: z.string(),
  title: z.string(),
  about: z.string(),
  /** It happens once, and lasts no time. */
  isOneShot: z.boolean(),
  isAvailable: z.boolean(),
  /** Why it is not available. */
  reason: z.string().nullable(),
  targets: z.array(z.string()),
  notTargets: z.array(z.object({ target: z.string(), reason: z.string() })),
  parameters: z.array(z.object({ name: z.string(), about: z.string(), usual: value, takes: z.string() })),
});

/** One that is on. */
export const activeFaultSchema = z.object({
  id: z.string(),
  target: z.string(),
  parameters,
  state: z.enum(['on', 'stays']),
  leftMs: z.number(),
  measured: z.string(),
});

export const faultListSchema = z.object({
  schema: z.literal('lab.fault-list/1'),
  running: z.boolean(),
  scenario: z.string().nullable(),
  faults: z.array(fact),
  active: z.array(activeFaultSchema),
});

export const faultOnSchema = z.object({
  schema: z.literal('lab.fault-on/1'),
  id: z.string(),
  target: z.string(),
  parameters,
  /** What the lab saw of it. */
  measured: z.string(),
  /** Null for a fault that happens once. */
  forMs: z.number().nullable(),
});

export const faultOffSchema = z.object({
  schema: z.literal('lab.fault-off/1'),
  ended: z.array(
    z.object({ id: z.string(), target: z.string(), state: z.enum(['off', 'stays']), measured: z.string() }),
  ),
});
