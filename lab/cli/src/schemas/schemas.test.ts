import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeEach, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { schemaFiles } from './index.ts';

const folder = join(import.meta.dirname, '..', '..', 'schemas');
let lab: FakeLab;

beforeEach(async () => {
  lab = await createFakeLab();
});

test('the shipped JSON Schemas are those of the code', async () => {
  const wanted = schemaFiles();
  expect((await readdir(folder)).sort()).toEqual([...wanted.keys()].sort());
  for (const [name, text] of wanted) {
    expect(JSON.parse(await readFile(join(folder, name), 'utf8')), name).toEqual(JSON.parse(text));
  }
});

test('what "lab run show --json" prints fits its schema', async () => {
  await runFake(lab, 'grade --seed 3');
  const document = JSON.parse((await runFake(lab, 'run show 0000 --json')).out);
  const ajv = new Ajv({ allErrors: true, strict: false });
  expect(ajv.validate(JSON.parse(schemaFiles().get('lab.run-show.1.json') ?? ''), document), ajv.errorsText()).toBe(
    true,
  );
});

test.each(['open', 'run export 0000 --report junit=OUT/a.xml'])(
  'what "lab %s --json" prints of a graded run fits its schema',
  async (line) => {
    await runFake(lab, 'grade --seed 3');
    const document = JSON.parse((await runFake(lab, `${line.replace('OUT', lab.repoRoot)} --json`)).out);
    expect(document.schema).toMatch(/^lab\.(?:open|run-export)\/1$/);
    const schema = JSON.parse(schemaFiles().get(`${document.schema.replace('/', '.')}.json`) ?? '');
    const ajv = new Ajv({ allErrors: true, strict: false });
    expect(ajv.validate(schema, document), ajv.errorsText()).toBe(true);
  },
);

test.each([
  'diff',
  'doctor',
  'explain stale-tea',
  'explain hot',
  'explain kettle-off',
  'explain tea_seconds',
  'explain TEA_COLD',
  'explain NO_TEA',
  'explain E_KETTLE',
  'explain nothing-at-all',
  'fault list',
  'fault on link-latency',
  'grade --seed 2',
  'grade --seed 3',
  'hint',
  'hint --list',
  'list',
  'logs',
  'reset --yes',
  'run list',
  'scenario check',
  'scenario refit',
  'status',
  'stop',
  'verify --runs 1',
  'watch',
  '',
])('what "lab %s --json" prints is one document that fits its schema', async (line) => {
  const { out } = await runFake(lab, `${line} --json`);
  const document = JSON.parse(out);
  const file = `${document.schema.replace('/', '.')}.json`;
  const schema = JSON.parse(await readFile(join(folder, file), 'utf8'));
  const ajv = new Ajv({ allErrors: true, strict: false });
  expect(ajv.validate(schema, document), ajv.errorsText()).toBe(true);
});
