import type { Identity } from '../../machine/proc-files.ts';

/** What a run wrote of itself: who is who, and what it means to remove. Whether that came true is looked at elsewhere. */
export interface RunJournal {
  /** In the order of their starts. */
  readonly started: readonly (Identity & { readonly part: string })[];
  readonly guardians: readonly Identity[];
  readonly temporary: readonly string[];
}

/** Reads a journal; lines cut short by a crash are left out. */
export function parseJournal(text: string): RunJournal {
  const started: (Identity & { readonly part: string })[] = [];
  const guardians: Identity[] = [];
  const temporary: string[] = [];
  for (const line of text.split('\n')) {
    const record = parseLine(line);
    const { event, part, pid, startTime, path } = record;
    if (event === 'temporary' && typeof path === 'string') temporary.push(path);
    if (typeof pid !== 'number' || typeof startTime !== 'string') continue;
    if (event === 'guardian') guardians.push({ pid, startTime });
    if (event === 'started' && typeof part === 'string') started.push({ part, pid, startTime });
  }
  return { started, guardians, temporary };
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
