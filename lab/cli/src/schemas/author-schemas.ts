import { z } from 'zod';

export const doctorSchema = z.object({
  schema: z.literal('lab.doctor/1'),
  ok: z.boolean(),
  checks: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      state: z.enum(['fine', 'note', 'problem']),
      found: z.string(),
      fix: z.string().nullable(),
    }),
  ),
});

export const verifySchema = z.object({
  schema: z.literal('lab.verify/1'),
  /** Runs with the right and with a wrong verdict, stored ones included; variants left undecided. */
  counts: z.object({ passed: z.int(), failed: z.int(), inconclusive: z.int() }),
  /** False when the budget ended before every run was made. */
  complete: z.boolean(),
  tookMs: z.number(),
  scenarios: z.array(
    z.object({
      scenario: z.string(),
      complete: z.boolean(),
      variants: z.array(
        z.object({
          variant: z.string(),
          runs: z.int(),
          right: z.int(),
          wrong: z.array(z.object({ seed: z.number(), run: z.string(), why: z.string() })),
          inconclusive: z.int(),
          repeats: z.int(),
          gradeMs: z.object({ p50: z.number(), p95: z.number(), max: z.number() }),
        }),
      ),
      /** Checks that claim no variant. */
      uselessChecks: z.array(z.string()),
    }),
  ),
});

export const scenarioCheckSchema = z.object({
  schema: z.literal('lab.scenario-check/1'),
  scenario: z.string(),
  problems: z.array(z.string()),
});

export const scenarioRefitSchema = z.object({
  schema: z.literal('lab.scenario-refit/1'),
  scenario: z.string(),
  /** Nothing was written. */
  dryRun: z.boolean(),
  results: z.array(
    z.object({
      variant: z.string(),
      path: z.string(),
      outcome: z.enum(['merged', 'locked', 'dropped', 'conflict', 'unresolved']),
      detail: z.string(),
    }),
  ),
});
