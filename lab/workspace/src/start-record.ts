import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { FileTree } from './file-tree.ts';
import { blobId, treeHash } from './hashes.ts';

const startRecordSchema = z.object({
  schema: z.literal('lab.workspace/1'),
  scenario: z.string(),
  /** Of every file of the start, tests and prose included. */
  startHash: z.string(),
  /** Commit that holds the start. */
  startCommit: z.string(),
  /** Blob ids of the start by path: differences are found without asking git. */
  files: z.record(z.string(), z.string()),
});

/** What a workspace began as, kept inside its `.git` where no editor tidies it away. */
export type StartRecord = z.infer<typeof startRecordSchema>;

function recordFile(dir: string): string {
  return join(dir, '.git', 'brownout.json');
}

export function startRecordOf(scenario: string, start: FileTree, startCommit: string): StartRecord {
  const files = Object.fromEntries([...start].map(([path, content]) => [path, blobId(content)]));
  return { schema: 'lab.workspace/1', scenario, startHash: treeHash(start), startCommit, files };
}

/** Null when the workspace has no history, or one whose record cannot be read. */
export async function readStartRecord(dir: string): Promise<StartRecord | null> {
  const text = await readFile(recordFile(dir), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return startRecordSchema.parse(JSON.parse(text));
  } catch {
    // A damaged record is treated as a missing one: the history is built again around the files.
    return null;
  }
}

export async function writeStartRecord(dir: string, record: StartRecord): Promise<void> {
  const file = recordFile(dir);
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
