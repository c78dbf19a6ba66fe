/** What `lab explain` tells of one thing. */
export interface Explained {
  readonly kind: 'scenario' | 'check' | 'fault' | 'metric' | 'finding' | 'error';
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** In what it is measured: `seconds`; null for what is not measured. */
  readonly unit: string | null;
  /** `lessons/<topic>`, with `#<anchor>` for a section; null for what has none of its own. */
  readonly lesson: string | null;
  /** Where the site tells of it, without the server. */
  readonly page: string;
  /** Checks that it has to do with. */
  readonly checks: readonly RelatedCheck[];
  /** Ids of faults by hand that show it. */
  readonly faults: readonly string[];
  /** Names of metrics of the service that show it. */
  readonly metrics: readonly string[];
  /** Codes of findings that it writes. */
  readonly findings: readonly string[];
}

/** A check, with the section of its lesson. */
export interface RelatedCheck {
  readonly id: string;
  readonly title: string;
  readonly lesson: string;
}

/** For those that have none of these. */
export const nothingRelated = { unit: null, lesson: null, checks: [], faults: [], metrics: [], findings: [] } as const;
