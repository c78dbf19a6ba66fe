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
  /** Whether there is a virus scanner; then each caller has a second port. */
  WORLD_SCANNER: z.enum(['on', 'off']).default('off'),
  /** Whether there is a receiver of webhooks; then each caller has one more port. */
  WORLD_RECEIVER: z.enum(['on', 'off']).default('off'),
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
  const [controlPort = 0, ...ports] = given;
  const beside = [
    ...(rest.WORLD_SCANNER === 'on' ? ['scanner'] : []),
    ...(rest.WORLD_RECEIVER === 'on' ? ['receiver'] : []),
  ];
  if (new Set(callers).size !== callers.length) throw new Error('WORLD_CALLERS names a caller twice.');
  if (given.length > 0 && ports.length !== (1 + beside.length) * callers.length) {
    const more = beside.map((service) => `one for each caller at the ${service}`);
    const expected = ['one for control', 'one for each caller', ...more];
    throw new Error(`WORLD_PORTS has ${given.length} ports; expected ${expected.join(', then ')}.`);
  }
  const portsFrom = (first: number) => callers.map((caller, index) => ({ caller, port: ports[first + index] ?? 0 }));
  const portsAt = (service: string) =>
    beside.includes(service) ? portsFrom((1 + beside.indexOf(service)) * callers.length) : undefined;
  return {
    callers: portsFrom(0),
    scannerCallers: portsAt('scanner'),
    receiverCallers: portsAt('receiver'),
    controlPort,
    token: rest.WORLD_CONTROL_TOKEN,
    seed: rest.WORLD_SEED,
    keyTtlMs: rest.WORLD_KEY_TTL_MS,
  };
}
