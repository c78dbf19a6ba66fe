import { type EventLog, processStartTime } from '@lab/console';
import { UsageError } from '@lab/sdk';
import { z } from 'zod';
import { gradeNewsSchema } from '../grade/grade-news.ts';

/** Puts what a grade tells into the event stream of the session. */
export interface GradeWatch {
  /** `given` comes from outside. @throws UsageError `E_BODY`, `E_STARTING`. */
  take(given: unknown): unknown;
  /** Each second: says of a grade whose process has ended that it was cut. */
  tend(): void;
}

interface GradeWatchOptions {
  readonly events: () => EventLog | null;
  startTime?(pid: number): string | null;
}

interface Grading {
  readonly graded: string;
  readonly pid: number;
  readonly startTime: string | null;
}

export function createGradeWatch({ events, startTime = processStartTime }: GradeWatchOptions): GradeWatch {
  let grading: Grading | null = null;
  return {
    take(given) {
      const parsed = gradeNewsSchema.safeParse(given);
      if (!parsed.success) {
        throw new UsageError('E_BODY', { message: `The news do not fit: ${z.prettifyError(parsed.error)}.` });
      }
      const log = events();
      if (log === null) {
        throw new UsageError('E_STARTING', { message: 'The session is still starting.', hint: 'npx lab status' });
      }
      const { pid, news } = parsed.data;
      for (const { event, ...fields } of news) {
        log.append(event, fields);
        if (event !== 'grade') continue;
        const { graded, state } = fields as { readonly graded: string; readonly state: string };
        if (state === 'begun') grading = { graded, pid, startTime: startTime(pid) };
        else if (state !== 'measuring' && grading?.graded === graded) grading = null;
      }
      return { told: news.length };
    },
    tend() {
      if (grading === null) return;
      const { graded, pid, startTime: started } = grading;
      if (started !== null && startTime(pid) === started) return;
      grading = null;
      events()?.append('grade', { graded, state: 'cut' });
    },
  };
}
