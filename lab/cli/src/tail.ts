import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const chunkBytes = 64 * 1024;
const bytesMax = 16 * 1024 * 1024;
const pollMs = 250;

/** The last lines of a file; none when it is not there. Reads from its end, so its size does not matter. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return [];
  try {
    const { size } = await handle.stat();
    let start = size;
    let read = Buffer.alloc(0);
    while (start > 0 && read.length < bytesMax && countLines(read) <= count) {
      const length = Math.min(chunkBytes, start);
      start -= length;
      const chunk = Buffer.alloc(length);
      await handle.read(chunk, 0, length, start);
      read = Buffer.concat([chunk, read]);
    }
    const lines = read.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  } finally {
    await handle.close();
  }
}

/** Calls back for each line that is added, until the signal. */
export async function followFiles(
  logs: readonly { readonly part: string; readonly file: string }[],
  options: { readonly signal: AbortSignal; onLine(part: string, line: string): void },
): Promise<void> {
  const { signal } = options;
  const cursors = await Promise.all(logs.map(async (log) => ({ ...log, at: await sizeOf(log.file), rest: '' })));
  while (!signal.aborted) {
    for (const cursor of cursors) {
      const size = await sizeOf(cursor.file);
      // Shorter than before: it was begun anew.
      if (size < cursor.at) cursor.at = 0;
      if (size === cursor.at) continue;
      const text = cursor.rest + (await readRange(cursor.file, cursor.at, size));
      cursor.at = size;
      const lines = text.split('\n');
      cursor.rest = lines.pop() ?? '';
      for (const line of lines) options.onLine(cursor.part, line);
    }
    // Aborted while waiting is the way out of this loop.
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function readRange(file: string, from: number, to: number): Promise<string> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(Math.min(to - from, bytesMax));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

function countLines(buffer: Buffer): number {
  let lines = 0;
  for (const byte of buffer) if (byte === 10) lines += 1;
  return lines;
}
