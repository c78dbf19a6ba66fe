import { UsageError } from '@lab/sdk';
import * as z from 'zod';
import type { Fault } from './fault.ts';

interface WholeNumber {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

/** A whole number; its unit is the end of its name. */
export function wholeNumber(about: string, { min, max, usual }: WholeNumber) {
  return z.int().min(min).max(max).default(usual).describe(about);
}

/** One of some words; the first is the default. */
export function oneOf<const W extends readonly [string, ...string[]]>(about: string, words: W) {
  return z.enum(words).default(words[0]).describe(about);
}

/** Of a fault that takes none. */
export const noParameters = z.strictObject({});

export type ParameterValue = string | number;

/** One parameter, for people and for forms. */
export interface ParameterFacts {
  readonly name: string;
  readonly about: string;
  readonly usual: ParameterValue;
  /** What it takes, in words. */
  readonly takes: string;
}

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: ParameterValue;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

export function describeParameters({ parameters }: Pick<Fault, 'parameters'>): readonly ParameterFacts[] {
  return Object.entries(propertiesOf(parameters)).map(([name, property]) => ({
    name,
    about: property.description ?? '',
    usual: property.default ?? '',
    takes: takenBy(property),
  }));
}

/** Values as they were typed, checked. Throws a `UsageError` before anything is touched. */
export function parseParameters(
  { id, parameters }: Pick<Fault, 'id' | 'parameters'>,
  typed: Readonly<Record<string, string>>,
): Readonly<Record<string, ParameterValue>> {
  const properties = propertiesOf(parameters);
  const given: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(typed)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) throw unknownParameter(id, name, Object.keys(properties));
    given[name] = property.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  }
  const parsed = parameters.safeParse(given);
  if (parsed.success) return parsed.data as Record<string, ParameterValue>;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const takes = properties[name] === undefined ? null : takenBy(properties[name]);
  throw new UsageError('E_PARAMETER', {
    message:
      issue?.code === 'custom' || takes === null
        ? `${id}: ${issue?.message}.`
        : `${name} of ${id} takes ${takes}, not "${typed[name]}".`,
  });
}

function propertiesOf(parameters: z.ZodObject): Readonly<Record<string, Property>> {
  const { properties = {} } = z.toJSONSchema(parameters, { io: 'input' });
  return properties as Record<string, Property>;
}

function takenBy({ minimum, maximum, enum: words }: Property): string {
  if (words !== undefined) return words.join(' or ');
  if (minimum === undefined || maximum === undefined) return 'a name';
  return `a whole number from ${minimum} to ${maximum}`;
}

function unknownParameter(id: string, name: string, known: readonly string[]): UsageError {
  return new UsageError('E_PARAMETER_UNKNOWN', {
    message: `${id} has no parameter "${name}".`,
    hint: known.length === 0 ? 'it takes none' : `it has ${known.join(', ')}`,
  });
}
