import { createRequire } from 'node:module';
import { SubmissionError } from '@lab/sdk';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { rejectedReport } from '../judge.ts';
import { check, labSection, scenarioOf } from '../testing/evidence.ts';
import { renderCtrf } from './ctrf.ts';
import { hostileReport, recordedReport } from './testing/recorded-run.ts';

const require = createRequire(import.meta.url);

const rejected = rejectedReport({
  scenario: scenarioOf([check('fresh')]),
  subject: 'workspace',
  seed: 42,
  lab: labSection,
  ignoredFiles: [],
  error: new SubmissionError('E_BOOT', { stage: 'boot', message: 'It ended.' }),
});

test.each([
  ['a failed run', recordedReport],
  ['rejected code', rejected],
  ['hostile text', hostileReport],
])('the document of %s fits the published schema', (_what, report) => {
  const { schema } = require('ctrf') as { readonly schema: object };
  // The formats need a package of their own, and the document has no field of such a form.
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  expect(ajv.validate(schema, JSON.parse(renderCtrf(report))), ajv.errorsText()).toBe(true);
});
