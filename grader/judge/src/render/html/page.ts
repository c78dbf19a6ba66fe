import type { CheckResult, Evidence, Report } from '@lab/sdk';
import type { RunStory } from '../../story/run-story.ts';
import { type Markup, markup } from '../markup.ts';
import type { NumberedFinding } from './numbered-findings.ts';

/** What the run recorded, and its story. */
export interface Recorded {
  readonly evidence: Evidence;
  readonly story: RunStory;
}

/** What the sections of the page are made from. */
export interface Page {
  readonly report: Report;
  readonly findings: readonly NumberedFinding[];
  /** Null where the run ended before there was evidence. */
  readonly recorded: Recorded | null;
  /** What an experiment does, by its id. */
  readonly titles: Readonly<Record<string, string>>;
}

/** A part of the page with a heading of its own; null where there is nothing to say. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

const statusWords: Readonly<Record<CheckResult['status'], string>> = {
  passed: 'PASS ✓',
  failed: 'FAIL ✗',
  inconclusive: 'UNDECIDED ?',
  'not-applicable': 'NOT JUDGED –',
};

/** Word and sign: the colour adds nothing. */
export function statusMark(status: CheckResult['status']): Markup {
  return markup`<span class="mark ${status}">${statusWords[status]}</span>`;
}

/** A list of terms; entries without a value are left out. */
export function facts(entries: readonly (readonly [term: string, value: Markup | string | null])[]): Markup {
  const known = entries.filter(([, value]) => value !== null && value !== '');
  return markup`<dl>
${known.map(([term, value]) => markup`<dt>${term}</dt><dd>${value}</dd>\n`)}</dl>
`;
}

export function findingLink(number: number): Markup {
  return markup`<a class="number" href="#finding-${number}" aria-label="Finding ${number}">${number}</a>`;
}
