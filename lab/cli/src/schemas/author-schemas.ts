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

/** Runs beside nothing (idle) or beside work on every core (busy); times from the command to the verdict. */
const runTimesSchema = z.object({ runs: z.int(), p50Ms: z.number(), p95Ms: z.number(), maxMs: z.number() });

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
          wrong: z.array(
            z.object({ seed: z.number(), run: z.string(), machine: z.enum(['idle', 'busy']), why: z.string() }),
          ),
          inconclusive: z.int(),
          repeats: z.int(),
          idle: runTimesSchema,
          busy: runTimesSchema,
        }),
      ),
      /** Over all variants. */
      idle: runTimesSchema,
      busy: runTimesSchema,
      /** Checks that claim no variant. */
      uselessChecks: z.array(z.string()),
    }),
  ),
});

export const scenarioCheckSchema = z.object({
  schema: z.literal('lab.scenario-check/1'),
  scenario: z.string(),
  /** What is wrong. */
  problems: z.array(z.string()),
  /** What a sound scenario still lacks. */
  notes: z.array(z.string()),
});

export const scenarioNewSchema = z.object({
  schema: z.literal('lab.scenario-new/1'),
  scenario: z.string(),
  family: z.string(),
  title: z.string(),
  /** Relative to the checkout, like the paths below. */
  folder: z.string(),
  lesson: z.string(),
  files: z.array(z.string()),
  /** Commands to go on with. */
  next: z.array(z.string()),
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
