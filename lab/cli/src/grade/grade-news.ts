import { z } from 'zod';

/** What a grade tells a running session while it measures, so that the live page can show it. */

const name = z.string().min(1).max(200);
const count = z.int().min(0).max(10_000);
/** Of what a check says a page shows the beginning; the whole is in the report. */
export const textMax = 300;
const text = z.string().max(textMax);

const graded = { graded: z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{4}$/) };

const check = z.strictObject({
  event: z.literal('check'),
  ...graded,
  id: name,
  title: text,
  status: z.enum(['pending', 'passed', 'failed', 'inconclusive', 'not-applicable']),
  points: z.number(),
  maxPoints: z.number(),
  /** How many experiments the check needs, and how many of them have come to what they are for. */
  experiments: count,
  reached: count,
  observed: text.nullable(),
  expected: text.nullable(),
  /** Of the first finding, since the clock of the graded run started. */
  atMs: z.number().nullable(),
});

const grade = { event: z.literal('grade'), ...graded };

const course = z.discriminatedUnion('state', [
  z.strictObject({ ...grade, state: z.literal('begun'), scenario: name, subject: name, seed: z.number() }),
  z.strictObject({ ...grade, state: z.literal('measuring'), phase: name, experiment: name.nullable() }),
  z.strictObject({
    ...grade,
    state: z.literal('judged'),
    verdict: z.enum(['passed', 'failed', 'rejected', 'inconclusive']),
    score: z.number(),
    maxScore: z.number(),
    /** Why the code was rejected, or the lab could not judge. */
    problem: text.nullable(),
  }),
  /** It ended before it was judged. */
  z.strictObject({ ...grade, state: z.literal('cut') }),
]);

const news = z.union([check, course]);

/** As it crosses to the session: from which process, and in order. */
export const gradeNewsSchema = z.strictObject({ pid: z.int().positive(), news: z.array(news).min(1).max(100) });

export type GradeNews = z.infer<typeof news>;
