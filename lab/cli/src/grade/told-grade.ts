import type { Report } from '@lab/sdk';
import type { Context } from '../context.ts';
import type { Tasks } from '../output/tasks.ts';
import { createGradeStory } from './grade-story.ts';
import { type GradeSubjectOptions, gradeSubject } from './grade-subject.ts';
import { phaseProgress } from './phase-progress.ts';
import type { SessionTeller } from './tell-session.ts';

/** Grades, and tells of it meanwhile: the terminal, and the session that runs beside it. */
export async function toldGrade(
  context: Context,
  options: Omit<GradeSubjectOptions, 'onEvent'> & { readonly tasks: Tasks; readonly teller: SessionTeller },
): Promise<Report> {
  const { scenario, subject, seed, tasks, teller, testbed } = options;
  const story = createGradeStory({ scenario, run: testbed.run, subject: subject.name, seed, tell: teller.tell });
  const show = phaseProgress(tasks);
  story.begun();
  try {
    const report = await gradeSubject(context, {
      ...options,
      onEvent: (event) => {
        show(event);
        story.onEvent(event);
      },
    });
    story.judged(report);
    return report;
  } catch (error) {
    story.cut();
    throw error;
  }
}
