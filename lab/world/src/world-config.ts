import * as z from 'zod';

const names = z.string().regex(/^[a-z0-9-]{1,64}(?:,[a-z0-9-]{1,64}){0,63}$/, 'names, with commas between them');
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'a whole number')
  .transform(Number);
const ports = z
  .string()
  .regex(/^\d{1,5}(?:,\d{1,5})*$/, 'port numbers, with commas between them')
  .transform((text) => text.split(',').map(Number))
  .refine((numbers) => numbers.every((port) => port <= 65_535), 'port numbers up to 65535');

const schema = z.object({
  WORLD_CALLERS: names.transform((text) => text.split(',')),
  WORLD_CONTROL_TOKEN: z.string().min(16, 'at least 16 characters'),
  WORLD_SEED: wholeNumber.default(1),
  WORLD_PORTS: ports.default([]),
  WORLD_KEY_TTL_MS: wholeNumber.optional(),
});

export type WorldConfig = ReturnType<typeof parseWorldConfig>;

/** Throws with every variable that is wrong; the token's value is not in the message. */
export function parseWorldConfig(environment: Readonly<Record<string, string | undefined>>) {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: expected ${message}`);
    throw new Error(`The world cannot be configured.\n  ${problems.join('\n  ')}`);
  }
  const { WORLD_CALLERS: callers, WORLD_PORTS: given, ...rest } = result.data;
  const [controlPort = 0, ...callerPorts] = given;
  if (new Set(callers).size !== callers.length) throw new Error('WORLD_CALLERS names a caller twice.');
  if (given.length > 0 && callerPorts.length !== callers.length) {
    throw new Error(`WORLD_PORTS has ${given.length} ports; expected one for control, then one for each caller.`);
  }
  return {
    callers: callers.map((caller, index) => ({ caller, port: callerPorts[index] ?? 0 })),
    controlPort,
    token: rest.WORLD_CONTROL_TOKEN,
    seed: rest.WORLD_SEED,
    keyTtlMs: rest.WORLD_KEY_TTL_MS,
  };
}
