import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { outdatedSchemas } from '../schemas/generate.ts';
import { type Report, reportSchema } from './report.ts';

const schemas = `${import.meta.dirname}/../schemas`;

const report: Report = {
  schema: 'lab.grade/1',
  scenario: 'stale-reads',
  subject: 'workspace',
  verdict: 'failed',
  score: 0,
  maxScore: 100,
  seed: 1,
  checks: [
    {
      id: 'stale-reads/fresh',
      title: 'Reads are fresh',
      status: 'failed',
      points: 0,
      maxPoints: 100,
      findings: [
        {
          code: 'STALE_AFTER_WRITE',
          severity: 'failure',
          message: 'One read was old.',
          measured: { text: '1', value: 1, unit: 'reads' },
          expected: { text: 'none' },
          at: null,
          refs: { operations: [1] },
          lesson: 'lessons/stale-reads#fresh',
        },
      ],
    },
  ],
  rejection: null,
  ignoredFiles: [],
  lab: {
    run: '20260304-050607-ab12',
    problem: null,
    machine: { platform: 'linux-x64', cores: 2, memoryGiB: 24, node: '24.21.0' },
    versions: {},
    load: { planned: 1, delivered: 1, dropped: 0 },
    phases: {},
  },
};

async function validator() {
  const schema: unknown = JSON.parse(await readFile(`${schemas}/lab.grade.1.schema.json`, 'utf8'));
  return new Ajv2020({ strict: true, allErrors: true }).compile(schema as object);
}

test('the shipped JSON Schema takes what the schema in code takes', async () => {
  const validate = await validator();
  expect(reportSchema.safeParse(report).success).toBe(true);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
});

test.each([
  ['another schema version', { schema: 'lab.grade/2' }],
  ['an unknown verdict', { verdict: 'maybe' }],
  ['a missing part', { lab: undefined }],
  ['an unknown stage', { rejection: { stage: 'run', code: 'E', message: 'm' } }],
])('both schemas refuse %s', async (_what, change) => {
  const changed: unknown = JSON.parse(JSON.stringify({ ...report, ...change }));
  expect(reportSchema.safeParse(changed).success).toBe(false);
  expect((await validator())(changed)).toBe(false);
});

test('a field that a later version adds is taken', async () => {
  expect((await validator())({ ...report, added: 1 })).toBe(true);
});

test('the schema files are up to date', async () => {
  expect(await outdatedSchemas(schemas)).toEqual([]);
  expect(await outdatedSchemas('nowhere')).toEqual(['lab.grade.1.schema.json']);
});
