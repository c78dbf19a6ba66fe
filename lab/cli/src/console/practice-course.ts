import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One event of a practice session as it was streamed. */
export type StoredEvent = Readonly<Record<string, unknown>> & { readonly event: string; readonly t: number };

const eventsMax = 20_000;

/**
 * The events of a run. Those of a practice session are as they were streamed; a grade writes its own with `atMs`,
 * which is the same clock under another name. Null where the run has none.
 */
export async function storedEvents(runDir: string): Promise<readonly StoredEvent[] | null> {
  const text = await readFile(join(runDir, 'events.ndjson'), 'utf8').catch(() => null);
  if (text === null) return null;
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? []);
  return events.slice(-eventsMax);
}

function parseEvent(line: string): StoredEvent | null {
  try {
    const { event, t, atMs, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const at = typeof t === 'number' ? t : atMs;
    return typeof event === 'string' && typeof at === 'number' ? { ...rest, event, t: at } : null;
  } catch {
    // The last line may be cut when the lab was killed.
    return null;
  }
}
