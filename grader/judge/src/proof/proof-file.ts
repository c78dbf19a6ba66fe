import { mkdir, readFile, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
    if (isCode(cause, 'ENOENT')) return emptyProof();
    throw new LabError('E_PROOF_DAMAGED', {
      message: `${file} is not a proof of schema lab.proof/1.`,
      hint: `restore it with git checkout -- ${file}, or delete it to begin anew`,
      cause,
    });
  }
}

/**
 * Applies a change to what the file holds now and writes it, whole or not at all; resolves to the new proof.
 * Of several at once, each sees what the one before it wrote.
 *
 * @throws LabError `E_PROOF_LOCKED` when another process keeps the file to itself for too long.
 */
export async function updateProof(file: string, change: (proof: Proof) => Proof): Promise<Proof> {
  const lock = `${file}.lock`;
  await mkdir(dirname(file), { recursive: true });
  await takeLock(lock);
  try {
    const proof = change(await readProof(file));
    await writeAtomically(file, formatProof(proof));
    return proof;
  } finally {
    await rmdir(lock);
  }
}

const lockWaitMs = 20_000;
/** It is held for one read and one write: one this old was left by a process that was killed. */
const lockAgeMsMax = 10_000;

async function takeLock(lock: string): Promise<void> {
  const deadline = Date.now() + lockWaitMs;
  for (;;) {
    try {
      return await mkdir(lock);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    if (Date.now() > deadline) {
      throw new LabError('E_PROOF_LOCKED', {
        message: `${lock} has been there for more than ${lockWaitMs / 1000} s: another lab verify keeps the proof to itself.`,
        hint: `wait for it, or rmdir ${lock}`,
      });
    }
    await removeIfOld(lock);
    await delay(10);
  }
}

async function removeIfOld(lock: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs > lockAgeMsMax) await rmdir(lock);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
