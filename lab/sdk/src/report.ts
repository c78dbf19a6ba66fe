import { z } from 'zod';

/** `lab.grade/1`: the document that `lab grade --json` and `lab judge --json` print. */

const measurement = z.object({
  text: z.string(),
  value: z.number().optional(),
  unit: z.string().optional(),
});

const finding = z.object({
  code: z.string(),
  severity: z.enum(['failure', 'inconclusive', 'note']),
  message: z.string(),
  measured: measurement,
  expected: measurement,
  /** Milliseconds since the run's clock started. */
  at: z.number().nullable(),
  refs: z.object({
    operations: z.array(z.number()).optional(),
    experiment: z.string().optional(),
    during: z.array(z.string()).optional(),
  }),
  lesson: z.string(),
});

const checkResult = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['passed', 'failed', 'inconclusive', 'not-applicable']),
  points: z.number(),
  maxPoints: z.number(),
  findings: z.array(finding),
});

const rejection = z.object({
  stage: z.enum(['unpack', 'build', 'boot']),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  file: z.string().optional(),
  line: z.number().optional(),
});

const labSection = z.object({
  run: z.string(),
  /** Why the lab could not judge; null when it could. */
  problem: z.string().nullable(),
  machine: z.object({ platform: z.string(), cores: z.number(), memoryGiB: z.number(), node: z.string() }),
  versions: z.record(z.string(), z.string()),
  load: z.object({ planned: z.number(), delivered: z.number(), dropped: z.number() }),
  phases: z.record(z.string(), z.number()),
});

export const reportSchema = z.object({
  schema: z.literal('lab.grade/1'),
  scenario: z.string(),
  /** `workspace`, or the variant that was graded. */
  subject: z.string(),
  verdict: z.enum(['passed', 'failed', 'rejected', 'inconclusive']),
  score: z.number(),
  maxScore: z.number(),
  seed: z.number(),
  checks: z.array(checkResult),
  rejection: rejection.nullable(),
  /** Files of the workspace that a submission may not change, and whose changes were ignored. */
  ignoredFiles: z.array(z.string()),
  lab: labSection,
});

export type Report = z.infer<typeof reportSchema>;
export type CheckResult = z.infer<typeof checkResult>;
export type ReportFinding = z.infer<typeof finding>;
export type VerdictKind = Report['verdict'];
