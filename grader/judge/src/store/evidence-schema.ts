import type { Evidence } from '@lab/sdk';
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const facts = z.record(z.string(), scalar);
const replica = z.templateLiteral(['api-', z.number()]);

export const operationSchema = z.strictObject({
  id: z.number(),
  experiment: z.string().exactOptional(),
  client: z.string(),
  kind: z.enum(['read', 'write']),
  view: z.string(),
  replica,
  key: z.string(),
  value: z.number().nullable(),
  startMs: z.number(),
  endMs: z.number(),
  outcome: z.enum(['ok', 'fail', 'unknown']),
  status: z.number(),
  requestId: z.string().exactOptional(),
  error: z.string().exactOptional(),
});

export const sampleSchema = z.strictObject({
  atMs: z.number(),
  series: z.string(),
  value: z.number(),
  labels: z.record(z.string(), z.string()).exactOptional(),
});

export const rowSchema = facts;

export const labHealthSchema = z.strictObject({
  echo: z.strictObject({ requests: z.number(), failed: z.number(), p95Ms: z.number(), maxMs: z.number() }),
  load: z.strictObject({ planned: z.number(), delivered: z.number(), dropped: z.number() }),
  canaries: z.array(z.strictObject({ part: z.string(), failed: z.number(), maxMs: z.number() })),
  runnerStallMsMax: z.number(),
  problem: z.string().nullable(),
});

/**
 * `evidence.json`: all but the long lists. Strict, so that a field that this version does not know is
 * seen, and not dropped in silence. The counts tell a cut-off file from a short run.
 */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  run: z.string(),
  seed: z.number(),
  timeline: z.array(
    z.strictObject({
      atMs: z.number(),
      event: z.enum(['phase', 'fault', 'change', 'log', 'hold']),
      name: z.string(),
      state: z.string(),
      detail: facts.exactOptional(),
    }),
  ),
  experiments: z.array(
    z.strictObject({
      experiment: z.string(),
      attempt: z.number(),
      reached: z.boolean(),
      note: z.string().exactOptional(),
      startMs: z.number(),
      endMs: z.number(),
      keys: z.array(z.string()),
      facts,
    }),
  ),
  exits: z.array(
    z.strictObject({
      part: z.string(),
      atMs: z.number(),
      exitCode: z.number().nullable(),
      signal: z.string().nullable(),
      tail: z.array(z.string()),
    }),
  ),
  referenceBaseline: z.enum(['held', 'busy', 'failed']).nullable(),
  selected: z.array(z.string()),
  files: z.strictObject({
    history: z.number(),
    samples: z.number(),
    tables: z.array(
      z.strictObject({ table: z.string(), file: z.string().regex(/^[a-z0-9][a-z0-9.-]*\.ndjson$/), rows: z.number() }),
    ),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

type Listed = 'history' | 'samples' | 'tables' | 'labHealth';
type ManifestOf = (manifest: Manifest) => Omit<Evidence, Listed>;
// Fails to compile when the evidence grows a field that the manifest lacks.
export const evidencePart: ManifestOf = ({ files: _files, ...rest }) => rest;
