/** What a learner has done: read by their own word, proved by a grade. */
export interface Progress {
  readonly schema: 'brownout.progress/1';
  /** When, by the id of a lesson or scenario: `lessons/caching`. */
  readonly read: Readonly<Record<string, string>>;
  /** By the id of a check, or of a scenario whose grade passed. */
  readonly proved: Readonly<Record<string, { readonly run: string }>>;
}

export const noProgress: Progress = { schema: 'brownout.progress/1', read: {}, proved: {} };

/** Throws where the text is neither progress that was exported nor a report of a grade. */
export function parseProgress(text: string): Progress {
  const value = parse(text);
  if (value['schema'] === 'lab.grade/1') return provedBy(value);
  if (value['schema'] !== 'brownout.progress/1' || !isRecord(value['read']) || !isRecord(value['proved'])) {
    throw new TypeError('This file is neither exported progress nor a report.json of a grade.');
  }
  const read = Object.entries(value['read']).filter(([, when]) => typeof when === 'string');
  const proved = Object.entries(value['proved']).filter(([, by]) => isRecord(by) && typeof by['run'] === 'string');
  return { ...noProgress, read: Object.fromEntries(read), proved: Object.fromEntries(proved) } as Progress;
}

/** Both together; of what is in both, the first is kept: it was so earlier. */
export function merged(first: Progress, second: Progress): Progress {
  return {
    schema: 'brownout.progress/1',
    read: { ...second.read, ...first.read },
    proved: { ...second.proved, ...first.proved },
  };
}

/** With a page that is read from `when` on; without it where that is null. */
export function withRead(progress: Progress, id: string, when: string | null): Progress {
  const { [id]: _old, ...others } = progress.read;
  return { ...progress, read: when === null ? others : { ...others, [id]: when } };
}

/** What a `report.json` proves. Throws where its subject is not the learner's workspace: that proves nothing about them. */
export function provedBy(report: Readonly<Record<string, unknown>>): Progress {
  const { subject, scenario, verdict, checks, lab } = report;
  if (subject !== 'workspace') {
    throw new TypeError(`This report is of ${String(subject)}, not of your workspace.`);
  }
  const run = isRecord(lab) ? String(lab['run']) : '';
  const passed = Array.isArray(checks) ? checks.filter((check) => isRecord(check) && check['status'] === 'passed') : [];
  const ids = [...passed.map((check) => String(check.id)), ...(verdict === 'passed' ? [String(scenario)] : [])];
  return { ...noProgress, proved: Object.fromEntries(ids.map((id) => [id, { run }])) };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Falls through to the one error for a file that is none.
  }
  throw new TypeError('This file is not JSON.');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
