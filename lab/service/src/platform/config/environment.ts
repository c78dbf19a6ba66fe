import * as z from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the environment cannot be used; the message lists every wrong variable, never a secret's value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The variables of a program, checked. Throws ConfigurationError. */
export function parseEnvironment<T extends z.ZodObject>(schema: T, environment: Environment): z.output<T> {
  // An empty variable counts as missing: `PORT=` in a file means "not set", never 0.
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}: expected ${expectation(message)}, found ${describe(schema, name, present[name])}`;
  });
  throw new ConfigurationError(`The configuration is not usable.\n  ${problems.join('\n  ')}`);
}

/** Marks a variable whose value no message may show. */
export function secret<T extends z.ZodType>(schema: T): T {
  return schema.meta({ secret: true });
}

export function integer({ min, max, fallback }: { min: number; max: number; fallback: string }) {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected)
    .prefault(fallback);
}

export const port = (fallback: string) => integer({ min: 0, max: 65_535, fallback });
/** Up to a day. */
export const milliseconds = (min: number, fallback: string) => integer({ min, max: 86_400_000, fallback });

export function url(protocols: readonly string[]) {
  const expected = `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), expected);
}

export const httpUrl = url(['http:', 'https:']);
/** Secret, since it may hold a password. */
export const postgresUrl = secret(url(['postgres:', 'postgresql:']));
/** Secret, since it may hold a password. */
export const redisUrl = secret(url(['redis:', 'rediss:']));

function expectation(message: string): string {
  return message.replace(/^Invalid (?:input|option): expected /, '').replace(/, received .*$/, '');
}

function describe(schema: z.ZodObject, name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  const isSecret = (schema.shape[name] as z.ZodType | undefined)?.meta()?.secret === true;
  return isSecret ? `a hidden value of ${value.length} characters` : JSON.stringify(value);
}
