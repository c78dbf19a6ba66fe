import type { Report } from '@lab/sdk';
import { z } from 'zod';
import type { ExpectationResult } from './expectation.ts';

const counter = z.int().nonnegative();
const timesSchema = z.object({ p50: z.number(), p95: z.number(), max: z.number(), samples: z.array(z.number()) });
/** Runs while the machine had nothing else to do, or while all of its cores were kept busy. */
const runsSchema = z.object({ runs: counter, inconclusive: counter, gradeMs: timesSchema });
const machineSchema = z.object({ platform: z.string(), cores: z.number(), memoryGiB: z.number(), node: z.string() });

const entrySchema = z.object({
  /** Of all that goes into a run of the variant; counts of other inputs say nothing about these. */
  inputsHash: z.string(),
  runs: counter,
  idle: runsSchema,
  busy: runsSchema,
  verdicts: z.object({ passed: counter, failed: counter, inconclusive: counter, rejected: counter }),
  checks: z.record(z.string(), z.object({ failed: counter, passed: counter, inconclusive: counter })),
  /** Runs made again because the one before was inconclusive. */
  repeats: counter,
  wrong: z.array(z.object({ seed: z.number(), run: z.string(), machine: z.enum(['idle', 'busy']), why: z.string() })),
  machine: machineSchema,
  /** Run id; ids sort by time, so the oldest proof is the smallest. */
  lastRun: z.string(),
});

export const proofSchema = z.object({ schema: z.literal('lab.proof/1'), entries: z.record(z.string(), entrySchema) });

/** How a scenario's variants fared over many runs: `scenarios/<id>/proof.json`. */
export type Proof = z.infer<typeof proofSchema>;
export type ProofEntry = z.infer<typeof entrySchema>;
/** What the machine did beside a run. */
export type MachineLoad = 'idle' | 'busy';

type GradeTimes = z.infer<typeof timesSchema>;

/** Enough for a steady p95, small enough for a file in the repository. */
const samplesMax = 200;
const wrongMax = 50;

export function emptyProof(): Proof {
  return { schema: 'lab.proof/1', entries: {} };
}

export interface ProvenRun {
  readonly variant: string;
  readonly inputsHash: string;
  readonly report: Report;
  readonly result: ExpectationResult;
  /** How long grading took, from the command to the verdict. */
  readonly gradeMs: number;
  /** The run before this one was inconclusive, and this one repeats it. */
  readonly isRepeat: boolean;
  readonly machine: MachineLoad;
}

/** The proof with one more run. An entry for other inputs begins anew. */
export function recordRun(proof: Proof, run: ProvenRun): Proof {
  const old = proof.entries[run.variant];
  const entry = old === undefined || old.inputsHash !== run.inputsHash ? newEntry(run) : old;
  return { ...proof, entries: { ...proof.entries, [run.variant]: withRun(entry, run) } };
}

const noRuns: ProofEntry['idle'] = { runs: 0, inconclusive: 0, gradeMs: { p50: 0, p95: 0, max: 0, samples: [] } };

function newEntry({ inputsHash, report }: ProvenRun): ProofEntry {
  return {
    inputsHash,
    runs: 0,
    idle: noRuns,
    busy: noRuns,
    verdicts: { passed: 0, failed: 0, inconclusive: 0, rejected: 0 },
    checks: {},
    repeats: 0,
    wrong: [],
    machine: report.lab.machine,
    lastRun: report.lab.run,
  };
}

function withRun(entry: ProofEntry, run: ProvenRun): ProofEntry {
  const { report, result } = run;
  const wrong = { seed: report.seed, run: report.lab.run, machine: run.machine, why: result.why };
  return {
    ...entry,
    runs: entry.runs + 1,
    verdicts: { ...entry.verdicts, [report.verdict]: entry.verdicts[report.verdict] + 1 },
    checks: countChecks(entry.checks, report),
    repeats: entry.repeats + (run.isRepeat ? 1 : 0),
    wrong: result.outcome === 'wrong' ? [...entry.wrong, wrong].slice(-wrongMax) : entry.wrong,
    [run.machine]: countRun(entry[run.machine], run),
    machine: report.lab.machine,
    lastRun: report.lab.run,
  };
}

function countRun(counts: ProofEntry['idle'], run: ProvenRun): ProofEntry['idle'] {
  return {
    runs: counts.runs + 1,
    inconclusive: counts.inconclusive + (run.report.verdict === 'inconclusive' ? 1 : 0),
    gradeMs: withSample(counts.gradeMs, run.gradeMs),
  };
}

function countChecks(counts: ProofEntry['checks'], report: Report): ProofEntry['checks'] {
  const counted = { ...counts };
  for (const { id, status } of report.checks) {
    if (status === 'not-applicable') continue;
    const old = counted[id] ?? { failed: 0, passed: 0, inconclusive: 0 };
    counted[id] = { ...old, [status]: old[status] + 1 };
  }
  return counted;
}

function withSample(times: GradeTimes, gradeMs: number): GradeTimes {
  const samples = [...times.samples, Math.round(gradeMs)].slice(-samplesMax);
  const { p50, p95, max } = summariseTimes(samples);
  return { p50, p95, max: Math.max(times.max, max), samples };
}

/** Median, 95th percentile and maximum of grade times in milliseconds; zeros without any. */
export function summariseTimes(samples: readonly number[]): Omit<GradeTimes, 'samples'> {
  return { p50: quantile(samples, 0.5), p95: quantile(samples, 0.95), max: Math.max(0, ...samples) };
}

/** Nearest rank: always a value that was measured. */
function quantile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((one, other) => one - other);
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? 0;
}

/** The entry, if it speaks about these inputs. */
export function validEntry(proof: Proof, variant: string, inputsHash: string): ProofEntry | null {
  const entry = proof.entries[variant];
  return entry?.inputsHash === inputsHash ? entry : null;
}

/**
 * Stable text: sorted keys, one entry's counts per line, so that a change of one variant is a change
 * of a few lines.
 */
export function formatProof(proof: Proof): string {
  const text = JSON.stringify(sortKeys(proof), null, 2);
  // Lists of numbers and small count objects on one line each: 200 samples would be 200 lines.
  const lists = text.replaceAll(
    /\[\s+([\d.,\s-]+?)\s+\]/g,
    (_all, items: string) => `[${items.split(/,\s+/).join(', ')}]`,
  );
  const small = lists.replaceAll(
    /\{\s+("(?:failed|inconclusive|passed|cores)": [^{}[\]]*?)\s+\}/g,
    (_all, items: string) => `{ ${items.split(/,\s+(?=")/).join(', ')} }`,
  );
  return `${small}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
