import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyProof, type Proof } from './proof.ts';
import { readProof, writeProof } from './proof-file.ts';

test('a proof is kept in a file, whole', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'brownout-proof-'));
  const file = join(dir, 'scenario', 'proof.json');
  try {
    expect(await readProof(file)).toEqual(emptyProof());
    const proof: Proof = emptyProof();
    await writeProof(file, proof);
    expect(await readProof(file)).toEqual(proof);
    expect(await readdir(join(dir, 'scenario'))).toEqual(['proof.json']);
    await writeFile(file, '{"schema":"lab.proof/9"}');
    await expect(readProof(file)).rejects.toMatchObject({ code: 'E_PROOF_DAMAGED' });
  } finally {
    await rm(dir, { recursive: true });
  }
});
