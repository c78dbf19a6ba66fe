import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { processInfo } from './process-table.ts';

// Imported by the guardian: node: builtins only.

/** As `postmaster.pid` names it. */
interface NamedSegment {
  readonly id: string;
  readonly postmaster: string;
}

/**
 * Removes the System V segment that PostgreSQL keeps beside its data folder as a lock (56 bytes): it goes
 * away by itself unless PostgreSQL was killed. Removed only when it is the segment named in
 * `postmaster.pid`, that postmaster is dead, and no process has it attached. True once there is none; without
 * `/proc` true whenever it was tried.
 */
export function removeSharedMemory(dataDir: string): boolean {
  const segment = segmentOf(dataDir);
  if (segment === null) return true;
  const attached = attachedTo(segment);
  if (attached === 'none') return true;
  if (attached === 'others' || processInfo(Number(segment.postmaster))) return false;
  try {
    execFileSync('ipcrm', ['-m', segment.id], { stdio: 'ignore', timeout: 2000 });
  } catch {
    // Already gone, or no ipcrm here: who needs to know looks again.
  }
  return attachedTo(segment) === 'none' || process.platform !== 'linux';
}

function segmentOf(dataDir: string): NamedSegment | null {
  const lines = readLines(path.join(dataDir, 'postmaster.pid'));
  const [postmaster, id] = [lines[0], lines[6]?.trim().split(/\s+/)[1]];
  return postmaster && id ? { id, postmaster } : null;
}

/** Who has it attached; `none`: there is no such segment any more. */
function attachedTo({ id, postmaster }: NamedSegment): 'none' | 'nobody' | 'others' {
  if (process.platform !== 'linux') return 'nobody';
  for (const line of readLines('/proc/sysvipc/shm')) {
    const [, shmid, , , creator, , attached] = line.trim().split(/\s+/);
    if (shmid === id && creator === postmaster) return attached === '0' ? 'nobody' : 'others';
  }
  return 'none';
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
