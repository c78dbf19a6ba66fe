import { z } from 'zod';
import { type Figure, units } from './figure.ts';
import { rowIds } from './rows.ts';

const loadSchema = z.array(z.number()).length(3);

const rowSchema = z.object({
  row: z.enum(rowIds),
  of: z.string(),
  what: z.string(),
  measured: z.number().nullable(),
  statistic: z.enum(['median', 'p95', 'max', 'single']).nullable(),
  unit: z.enum(units),
  goal: z.string().nullable(),
  limit: z.number().nullable(),
  held: z.boolean().nullable(),
  samples: z.array(z.number()),
  how: z.string(),
  note: z.string().optional(),
  problem: z.string().optional(),
  /** Load average over 1, 5 and 15 minutes before the row was measured. */
  loadavg: loadSchema,
});

const machineSchema = z.object({
  platform: z.string(),
  processor: z.string(),
  cores: z.number(),
  memoryGiB: z.number(),
  kernel: z.string(),
  node: z.string(),
  tools: z.record(z.string(), z.string()),
});

/** The document that `npm run bench -- --json` prints. */
export const benchSchema = z.object({
  schema: z.literal('brownout.bench/1'),
  /** Null where this is no git checkout. `isChanged`: files differ from the commit. */
  commit: z.object({ id: z.string(), isChanged: z.boolean() }).nullable(),
  startedAt: z.iso.datetime(),
  tookS: z.number(),
  machine: machineSchema,
  rows: z.array(rowSchema),
});

export type BenchDocument = z.infer<typeof benchSchema>;
export type MachineFacts = BenchDocument['machine'];

/** A figure, and how busy the machine was before it. */
export type MeasuredRow = Figure & { readonly loadavg: readonly number[] };

export interface BenchFacts {
  readonly commit: BenchDocument['commit'];
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly machine: MachineFacts;
  readonly rows: readonly MeasuredRow[];
}

export function benchDocument(facts: BenchFacts): BenchDocument {
  return {
    schema: 'brownout.bench/1',
    commit: facts.commit,
    startedAt: facts.startedAt.toISOString(),
    tookS: Math.round(facts.tookMs / 1_000),
    machine: facts.machine,
    rows: facts.rows.map((row) => ({
      ...row,
      samples: [...row.samples],
      loadavg: row.loadavg.map((load) => Math.round(load * 100) / 100),
    })),
  };
}

/** True when every row was measured, whether or not it holds its goal. */
export function isComplete(rows: readonly { readonly problem?: string | undefined }[]): boolean {
  return rows.every(({ problem }) => problem === undefined);
}
