import { reportSchema } from '@lab/sdk';
import { z } from 'zod';

export const listSchema = z.object({
  schema: z.literal('lab.list/1'),
  scenarios: z.array(
    z.object({
      id: z.string(),
      family: z.string(),
      title: z.string(),
      level: z.string(),
      minutes: z.number(),
      lesson: z.string(),
      checks: z.array(z.object({ id: z.string(), title: z.string(), points: z.number() })),
    }),
  ),
});

export const hintSchema = z.object({
  schema: z.literal('lab.hint/1'),
  scenario: z.string(),
  hints: z.array(z.object({ level: z.int(), text: z.string() })),
  seen: z.int(),
  remaining: z.int(),
});

export const explainSchema = z.object({
  schema: z.literal('lab.explain/1'),
  kind: z.enum(['scenario', 'check', 'fault', 'metric', 'finding', 'error']),
  id: z.string(),
  title: z.string(),
  text: z.array(z.string()),
  /** In what it is measured; null for what is not measured. */
  unit: z.string().nullable(),
  /** Of a scenario its lesson, of a check its section; null for the others: theirs are with their checks. */
  lesson: z.string().nullable(),
  checks: z.array(z.object({ id: z.string(), title: z.string(), lesson: z.string() })),
  faults: z.array(z.string()),
  metrics: z.array(z.string()),
  findings: z.array(z.string()),
  /** Its address on the site, without the server. */
  page: z.string(),
  /** The same on the server of the running session; null while none is running. */
  url: z.string().nullable(),
});

export const diffSchema = z.object({
  schema: z.literal('lab.diff/1'),
  scenario: z.string(),
  stat: z.boolean(),
  diff: z.string(),
});

export const resetSchema = z.object({
  schema: z.literal('lab.reset/1'),
  scenario: z.string(),
  reset: z.boolean(),
  workspace: z.string().nullable(),
  /** Git ref that holds the work as it was; null when there was none. */
  backupRef: z.string().nullable(),
});

export const runListSchema = z.object({
  schema: z.literal('lab.run-list/1'),
  runs: z.array(
    z.object({
      run: z.string(),
      scenario: z.string().nullable(),
      subject: z.string().nullable(),
      verdict: z.string().nullable(),
      score: z.number().nullable(),
    }),
  ),
});

const storyEvent = z.object({
  kind: z.enum(['phase', 'experiment', 'fault', 'change', 'log', 'hold', 'exit']),
  name: z.string(),
  /** Milliseconds since the run's clock started. */
  startMs: z.number(),
  /** Null for a moment, and for a stretch whose end was not recorded. */
  endMs: z.number().nullable(),
  text: z.string().nullable(),
  /** Codes of the findings about this experiment. */
  findings: z.array(z.string()),
});

const storyOperation = z.object({
  id: z.int(),
  experiment: z.string().optional(),
  client: z.string(),
  kind: z.enum(['read', 'write']),
  view: z.string(),
  replica: z.string(),
  key: z.string(),
  value: z.number().nullable(),
  startMs: z.number(),
  endMs: z.number(),
  outcome: z.enum(['ok', 'fail', 'unknown']),
  status: z.int(),
  requestId: z.string().optional(),
  error: z.string().optional(),
});

export const runShowSchema = z.object({
  schema: z.literal('lab.run-show/1'),
  run: z.string(),
  report: reportSchema,
  /** In order of time; null where the run ended before there was evidence, and so are the operations. */
  timeline: z.array(storyEvent).nullable(),
  /** The operations that the findings of each check name. */
  operations: z
    .array(
      z.object({
        check: z.string(),
        title: z.string(),
        operations: z.array(storyOperation),
        /** Numbers that the history does not hold. */
        missing: z.array(z.int()),
      }),
    )
    .nullable(),
});

export const runExportSchema = z.object({
  schema: z.literal('lab.run-export/1'),
  run: z.string(),
  files: z.array(z.object({ form: z.enum(['junit', 'ctrf', 'html', 'json']), file: z.string() })),
});

export const openSchema = z.object({
  schema: z.literal('lab.open/1'),
  run: z.string(),
  /** The page of the run, or the file of the workspace, in full. */
  file: z.string(),
  url: z.string(),
  /** Always false with `--json`: a program that asks gets the address. */
  opened: z.boolean(),
  /** Of a file of the workspace: what shows it, as a shell takes it. */
  command: z.string().optional(),
});

export const errorSchema = z.object({
  schema: z.literal('lab.error/1'),
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    location: z.object({ file: z.string(), line: z.int() }).nullable(),
    exitCode: z.int(),
  }),
});
