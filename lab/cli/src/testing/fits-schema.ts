import { Ajv } from 'ajv';
import { expect } from 'vitest';
import { schemaFiles } from '../schemas/index.ts';

/** The document that a command printed, once it was seen to fit its published schema, as `lab.connect.1`. */
export function fitting(schema: string, printed: string): Record<string, unknown> {
  const document: Record<string, unknown> = JSON.parse(printed);
  const ajv = new Ajv({ allErrors: true, strict: false });
  expect(ajv.validate(JSON.parse(schemaFiles().get(`${schema}.json`) ?? ''), document), ajv.errorsText()).toBe(true);
  return document;
}
