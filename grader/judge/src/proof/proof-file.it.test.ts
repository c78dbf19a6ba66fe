import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyProof, type Proof } from './proof.ts';
import { readProof, updateProof } from './proof-file.ts';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'brownout-proof-'));
  file = join(dir, 'scenario', 'proof.json');
});
afterEach(() => rm(dir, { recursive: true }));

const runs = { runs: 0, inconclusive: 0, gradeMs: { p50: 0, p95: 0, max: 0, samples: [] } };
const entry: Proof['entries'][string] = {
  inputsHash: 'h',
  runs: 0,
  idle: runs,
  busy: runs,
  verdicts: { passed: 0, failed: 0, inconclusive: 0, rejected: 0 },
  checks: {},
  repeats: 0,
  wrong: [],
  machine: { platform: 'linux-x64', cores: 2, memoryGiB: 8, node: 'v24.0.0' },
  lastRun: '20260304-050607-ab12',
};
const withEntry = (name: string) => (proof: Proof) => ({ ...proof, entries: { ...proof.entries, [name]: entry } });

test('a proof is kept in a file, whole', async () => {
  expect(await readProof(file)).toEqual(emptyProof());
  const stored = await updateProof(file, withEntry('broken'));
  expect(await readProof(file)).toEqual(stored);
  expect(await readdir(join(dir, 'scenario'))).toEqual(['proof.json']);
});

test('a damaged file is neither read nor replaced', async () => {
  await updateProof(file, (proof) => proof);
  await writeFile(file, '{"schema":"lab.proof/9"}');
  await expect(readProof(file)).rejects.toMatchObject({ code: 'E_PROOF_DAMAGED' });
  await expect(updateProof(file, withEntry('broken'))).rejects.toMatchObject({ code: 'E_PROOF_DAMAGED' });
  await writeFile(file, '{"schema":"lab.proof/1","entries":{}}');
  expect(await updateProof(file, (proof) => proof)).toEqual(emptyProof());
});

test('of twenty changes at once none is lost', async () => {
  const names = Array.from({ length: 20 }, (_item, index) => `mutants/${index}`);
  await Promise.all(names.map((name) => updateProof(file, withEntry(name))));
  expect(Object.keys((await readProof(file)).entries).sort()).toEqual(names.sort());
});

test('the lock of a process that was killed is taken over', async () => {
  const lock = `${file}.lock`;
  await mkdir(lock, { recursive: true });
  await utimes(lock, 1, 1);
  await updateProof(file, withEntry('broken'));
  expect(Object.keys((await readProof(file)).entries)).toEqual(['broken']);
});
