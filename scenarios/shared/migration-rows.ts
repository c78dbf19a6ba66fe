import type { LockWait, TableDump } from '@lab/sdk';
import { isRecord } from './json.ts';

const wordsMax = 300;

/** What a person would read in the last line: of a line of a log its message, with what went wrong. */
export function lastWordsOf(tail: readonly string[]): string {
  const line = tail.findLast((one) => one.trim() !== '') ?? '';
  return (messageIn(line) ?? line).slice(0, wordsMax);
}

function messageIn(line: string): string | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry: unknown = JSON.parse(line);
    if (!isRecord(entry) || typeof entry['msg'] !== 'string') return null;
    const { err } = entry;
    return isRecord(err) && typeof err['message'] === 'string' ? `${entry['msg']}: ${err['message']}` : entry['msg'];
  } catch {
    return null;
  }
}

/** Who waited for a lock while an experiment ran, for the evidence. */
export function waitsTable(experiment: string, waits: readonly LockWait[]): TableDump {
  return { table: 'lock-waits', rows: waits.map((wait) => ({ experiment, ...wait })) };
}
