import { UsageError } from '@lab/sdk';
import type { CommandInput } from './context.ts';

/** The option as text, or undefined when it was not given. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}

export function flagOption(input: CommandInput, name: string): boolean {
  return input.options[name] === true;
}

/** The option as a whole number within limits. Throws `UsageError`. */
export function integerOption(
  input: CommandInput,
  name: string,
  limits: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= limits.min && value <= limits.max) return value;
  throw new UsageError('E_OPTION', {
    message: `--${name} takes a whole number from ${limits.min} to ${limits.max}, not "${text}".`,
  });
}

/** The option as milliseconds, from `90s`, `15m` or `1h`. Throws `UsageError`. */
export function durationOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const match = /^(\d+)(s|m|h)$/.exec(text);
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 };
  if (match !== null) return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  throw new UsageError('E_OPTION', { message: `--${name} takes a duration as 90s, 15m or 1h, not "${text}".` });
}

export const seedLimits = { min: 0, max: 2_147_483_647 };

/** A seed for runs that were given none; it is in the report, so the run can be repeated. */
export function newSeed(): number {
  return Math.floor(Math.random() * seedLimits.max);
}
