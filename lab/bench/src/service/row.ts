import { describeGoal, type Goal, holds } from '../report/goal.ts';
import type { Section } from './options.ts';

export type ServiceUnit = 'ms' | 'MiB' | '%' | 'requests' | 'statements per request' | 'per second' | 'users' | 'times';

/** One line of the table: one thing, measured for one or for several of a kind. */
export interface ServiceRow {
  readonly section: Section;
  readonly what: string;
  readonly unit: ServiceUnit;
  /** By whose: `reference`, `naive`, a library. Null where it could not be measured. */
  readonly measured: Readonly<Record<string, number | null>>;
  /** For people, about the first of them; null where the figure is there to be known. */
  readonly goal: string | null;
  readonly held: boolean | null;
  readonly note?: string;
  /** Why it could not be measured. */
  readonly problem?: string;
}

interface RowFacts {
  readonly section: Section;
  readonly what: string;
  readonly unit: ServiceUnit;
  readonly measured: Readonly<Record<string, number | null>>;
  readonly goal?: Goal | null;
  readonly note?: string;
}

/** A row from its figures. The goal is held against the first one. */
export function serviceRow({ goal = null, note, ...facts }: RowFacts): ServiceRow {
  const [first = null] = Object.values(facts.measured);
  return {
    ...facts,
    measured: Object.fromEntries(Object.entries(facts.measured).map(([whose, value]) => [whose, rounded(value)])),
    goal: goal === null ? null : describeGoal(goal, shown(goal.limit, facts.unit)),
    held: goal === null || first === null ? null : holds(goal, first),
    ...(note === undefined ? {} : { note }),
  };
}

/** What could not be measured, with the reason in a sentence. */
export function unmeasuredRow(section: Section, what: string, problem: string): ServiceRow {
  return { section, what, unit: 'ms', measured: {}, goal: null, held: null, problem };
}

export function shown(value: number, unit: ServiceUnit): string {
  const text = Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toFixed(value < 1 ? 2 : 1);
  return `${text} ${unit}`;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000) / 1_000;
}
