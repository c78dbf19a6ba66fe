import type { Evidence, ExperimentRecord, Operation, Report, TimelineEvent, UnexpectedExit } from '@lab/sdk';

/** One stretch or moment of a run. Times in milliseconds since the run's clock started. */
export interface StoryEvent {
  readonly kind: 'phase' | 'experiment' | 'fault' | 'change' | 'log' | 'hold' | 'exit';
  readonly name: string;
  readonly startMs: number;
  /** Null for a moment, and for a stretch whose end was not recorded. */
  readonly endMs: number | null;
  /** For people: the target of a fault, why an attempt proved nothing, how a replica ended. */
  readonly text: string | null;
  /** Codes of the findings about this experiment; empty for all else. */
  readonly findings: readonly string[];
}

/** The operations that the findings of one check name. */
export interface StoryOperations {
  readonly check: string;
  readonly title: string;
  readonly operations: readonly Operation[];
  /** Numbers that the findings name and the history does not hold. */
  readonly missing: readonly number[];
}

/** What happened in a run, as far as a reader of its findings needs it. */
export interface RunStory {
  readonly timeline: readonly StoryEvent[];
  readonly operations: readonly StoryOperations[];
}

/** The course of a run, in order of time, and the operations that its report names. */
export function runStory(report: Report, evidence: Evidence): RunStory {
  const experiments = new Set(evidence.experiments.map(({ experiment }) => experiment));
  // Each experiment is a hold in the timeline too; its record tells more.
  const events = evidence.timeline.filter((event) => event.event !== 'hold' || !experiments.has(event.name));
  const timeline = [
    ...stretches(events),
    ...evidence.experiments.map((record) => experimentEvent(record, report)),
    ...evidence.exits.map(exitEvent),
  ];
  return { timeline: timeline.sort(byTime), operations: namedOperations(report, evidence) };
}

const beginnings: readonly string[] = ['begin', 'on', 'started'];
const ends: readonly string[] = ['end', 'off', 'ended'];
// At the same moment the wider stretch comes first.
const order: readonly StoryEvent['kind'][] = ['phase', 'experiment', 'hold', 'fault', 'change', 'log', 'exit'];

function byTime(one: StoryEvent, other: StoryEvent): number {
  return one.startMs - other.startMs || order.indexOf(one.kind) - order.indexOf(other.kind);
}

/** Beginnings with their ends: an end belongs to the oldest open beginning of the same thing. */
function stretches(events: readonly TimelineEvent[]): StoryEvent[] {
  const open = new Map<string, { -readonly [Field in keyof StoryEvent]: StoryEvent[Field] }[]>();
  const found: StoryEvent[] = [];
  for (const event of events) {
    const key = `${event.event} ${event.name} ${describeDetail(event) ?? ''}`;
    const begun = ends.includes(event.state) ? open.get(key)?.shift() : undefined;
    if (begun !== undefined) {
      begun.endMs = event.atMs;
      continue;
    }
    const made = storyEvent(event);
    found.push(made);
    if (beginnings.includes(event.state)) open.set(key, [...(open.get(key) ?? []), made]);
  }
  return found;
}

function storyEvent(event: TimelineEvent) {
  const detail = describeDetail(event);
  const isStretch = beginnings.includes(event.state);
  return {
    kind: event.event,
    name: event.name,
    startMs: event.atMs,
    endMs: null as number | null,
    text: isStretch ? detail : [event.state, detail].filter((part) => part !== null).join(', '),
    findings: [],
  };
}

/** `api-3 → redis-cache, requests`. */
function describeDetail({ event, detail }: TimelineEvent): string | null {
  if (detail === undefined) return null;
  const { replica, replicas, dependency, ...rest } = detail;
  const who = replica ?? (typeof replicas === 'string' ? replicas.replaceAll(',', ', ') : undefined);
  const link = [who, dependency].filter((part) => part !== undefined && part !== null).join(' → ');
  const others = Object.entries(rest).map(([name, value]) =>
    event === 'fault' && name === 'what' ? String(value) : describeFact(name, value),
  );
  const parts = [link, ...others].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join(', ');
}

/** `within 12 ms` of `withinMs: 12`. */
function describeFact(name: string, value: unknown): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.endsWith(' ms') ? `${words.slice(0, -3)} ${value} ms` : `${words} ${value}`;
}

function experimentEvent(record: ExperimentRecord, report: Report): StoryEvent {
  const codes = report.checks.flatMap((check) =>
    check.findings.filter(({ refs }) => refs.experiment === record.experiment).map(({ code }) => code),
  );
  const parts = [
    ...(record.attempt > 1 || !record.reached ? [`attempt ${record.attempt}`] : []),
    ...(record.reached ? [] : [`proves nothing: ${record.note ?? 'the order of events was not reached'}`]),
  ];
  return {
    kind: 'experiment',
    name: record.experiment,
    startMs: record.startMs,
    endMs: record.endMs,
    text: parts.length === 0 ? null : parts.join(', '),
    findings: record.reached ? [...new Set(codes)] : [],
  };
}

function exitEvent(exit: UnexpectedExit): StoryEvent {
  const how = exit.exitCode === null ? `was ended by ${exit.signal}` : `ended with exit code ${exit.exitCode}`;
  const last = exit.tail.findLast((line) => line.trim() !== '');
  return {
    kind: 'exit',
    name: exit.part,
    startMs: exit.atMs,
    endMs: null,
    text: last === undefined ? how : `${how}; its last line: ${last}`,
    findings: [],
  };
}

function namedOperations(report: Report, evidence: Evidence): StoryOperations[] {
  const byId = new Map(evidence.history.map((operation) => [operation.id, operation]));
  return report.checks.flatMap((check) => {
    const ids = [...new Set(check.findings.flatMap(({ refs }) => refs.operations ?? []))];
    const operations = ids.flatMap((id) => byId.get(id) ?? []).sort((one, other) => one.startMs - other.startMs);
    const missing = ids.filter((id) => !byId.has(id));
    return ids.length === 0 ? [] : [{ check: check.id, title: check.title, operations, missing }];
  });
}
