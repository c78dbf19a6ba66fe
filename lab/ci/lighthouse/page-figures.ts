/** What is used of a result of Lighthouse. */
export interface LighthouseResult {
  readonly categories: Readonly<Record<string, Category>>;
  readonly audits: Readonly<Record<string, Audit>>;
}

interface Category {
  readonly score: number | null;
  readonly auditRefs: readonly { readonly id: string; readonly weight: number }[];
}

interface Audit {
  readonly title: string;
  /** From 0 to 1; null where the audit does not apply, or only informs. */
  readonly score: number | null;
  readonly numericValue?: number;
}

/** One page on a slow phone, as Lighthouse imitates it. Scores go to 100. */
export interface PageFigures {
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  readonly seo: number;
  /** Bytes over the wire, headers among them. */
  readonly bytes: number;
  /** Time in which the main thread would not have answered. */
  readonly blockingMs: number;
  /** Cumulative layout shift, without a unit. */
  readonly layoutShift: number;
  readonly largestPaintMs: number;
  /** Audits that cost points, by category. */
  readonly lost: readonly string[];
}

/** What counts of a result. */
export function pageFigures({ categories, audits }: LighthouseResult): PageFigures {
  const scoreOf = (id: string) => Math.round((categories[id]?.score ?? 0) * 100);
  const figureOf = (id: string) => audits[id]?.numericValue ?? Number.NaN;
  return {
    performance: scoreOf('performance'),
    accessibility: scoreOf('accessibility'),
    bestPractices: scoreOf('best-practices'),
    seo: scoreOf('seo'),
    bytes: figureOf('total-byte-weight'),
    blockingMs: figureOf('total-blocking-time'),
    layoutShift: figureOf('cumulative-layout-shift'),
    largestPaintMs: figureOf('largest-contentful-paint'),
    lost: Object.entries(categories).flatMap(([name, category]) => lostIn(name, category, audits)),
  };
}

function lostIn(name: string, { auditRefs }: Category, audits: LighthouseResult['audits']): string[] {
  return auditRefs
    .filter(({ weight }) => weight > 0)
    .map(({ id }) => ({ id, audit: audits[id] }))
    .filter(({ audit }) => audit?.score !== null && (audit?.score ?? 1) < 1)
    .map(({ id, audit }) => `${name}: ${id}, ${audit?.title ?? ''}`);
}
