import { readFile } from 'node:fs/promises';
import { LabError } from '@lab/sdk';
import { writeAtomically } from '../store/run-folder.ts';
import { emptyProof, formatProof, type Proof, proofSchema } from './proof.ts';

/**
 * Reads a scenario's `proof.json`; a missing file is an empty proof.
 *
 * @throws LabError `E_PROOF_DAMAGED`: counts gathered over many runs are not thrown away unasked.
 */
export async function readProof(file: string): Promise<Proof> {
  try {
    return proofSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return emptyProof();
    throw new LabError('E_PROOF_DAMAGED', {
      message: `${file} is not a proof of schema lab.proof/1.`,
      hint: `restore it with git checkout -- ${file}, or delete it to begin anew`,
      cause,
    });
  }
}

/** Writes it whole or not at all. */
export async function writeProof(file: string, proof: Proof): Promise<void> {
  await writeAtomically(file, formatProof(proof));
}
