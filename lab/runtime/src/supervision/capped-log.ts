import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';

const LOG_BYTES_MAX = 16 * 1024 * 1024;
const TAIL_LINES_MAX = 200;
const TAIL_CHARACTERS_MAX = 64 * 1024;
const LINE_CHARACTERS_MAX = 16 * 1024;

export type OutputStream = 'stdout' | 'stderr';

/** What a part printed: a file with an upper size, and the last lines in memory. */
export interface CappedLog {
  /** Takes a piece of output. Never throws: a full disk must not stop a part. */
  write(chunk: Buffer, stream: OutputStream): void;
  /** Bytes printed since the log was opened, those that were cut included. */
  bytesSeen(): number;
  /** The last lines: at most 200, at most 64 KiB. */
  tail(): readonly string[];
  close(): void;
}

/** Opens a part's log for appending. A log that is half full is put aside as `<file>.1` first. */
export function openCappedLog(
  file: string,
  options: { readonly bytesMax?: number; readonly onLine?: (line: string, stream: OutputStream) => void } = {},
): CappedLog {
  const bytesMax = options.bytesMax ?? LOG_BYTES_MAX;
  const descriptor = openRotated(file, bytesMax);
  let bytesWritten = fstatSync(descriptor).size;
  let bytesSeen = 0;
  let isOpen = true;
  let isCut = false;
  const ring = createTail();
  const emit = (line: string, stream: OutputStream): void => {
    ring.push(line);
    options.onLine?.(line, stream);
  };
  const splitters = { stdout: createLineSplitter(), stderr: createLineSplitter() };

  const append = (chunk: Buffer): void => {
    if (!isOpen || isCut) return;
    const room = bytesMax - bytesWritten;
    isCut = chunk.length > room;
    bytesWritten += chunk.length;
    try {
      writeSync(descriptor, isCut ? chunk.subarray(0, room) : chunk);
      if (isCut) writeSync(descriptor, `\n[cut by the lab: this log has reached ${bytesMax} bytes]\n`);
    } catch {
      isCut = true; // The disk is full: keep draining, so that the part does not block.
    }
  };
  return {
    write(chunk, stream) {
      bytesSeen += chunk.length;
      append(chunk);
      for (const line of splitters[stream].push(chunk)) emit(line, stream);
    },
    bytesSeen: () => bytesSeen,
    tail: () => [...ring.lines()],
    close() {
      if (!isOpen) return;
      isOpen = false;
      for (const stream of ['stdout', 'stderr'] as const) {
        for (const line of splitters[stream].end()) emit(line, stream);
      }
      closeSync(descriptor);
    },
  };
}

/** Cuts chunks into lines; a line longer than 16 KiB is cut off there. */
export function createLineSplitter(): { push(chunk: Buffer): string[]; end(): string[] } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS_MAX);
      return lines.map((line) => line.slice(0, LINE_CHARACTERS_MAX));
    },
    end() {
      const last = rest;
      rest = '';
      return last === '' ? [] : [last];
    },
  };
}

function createTail(): { push(line: string): void; lines(): readonly string[] } {
  const kept: string[] = [];
  let characters = 0;
  return {
    push(line) {
      kept.push(line);
      characters += line.length;
      while (kept.length > TAIL_LINES_MAX || characters > TAIL_CHARACTERS_MAX) characters -= kept.shift()?.length ?? 0;
    },
    lines: () => kept,
  };
}

function openRotated(file: string, bytesMax: number): number {
  mkdirSync(path.dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > bytesMax / 2) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o644);
}
