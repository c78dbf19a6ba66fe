import { readSession } from '@lab/console';
import { UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { explainLines } from '../explain/explain-lines.ts';
import { explainExercise, explainOther, subjectNames } from '../explain/explain-subject.ts';
import type { Explained } from '../explain/explained.ts';
import { whatMustHold } from '../lesson-section.ts';
import { suggest } from '../suggest.ts';

/** `lab explain`: what anything with an id is: a scenario, a check, a fault, a metric, a code of a finding or an error. */
export async function explain(context: Context, input: CommandInput): Promise<number> {
  const subject = String(input.args[0]);
  const told = await withLesson(context, await findSubject(context, subject));
  const url = consoleUrl(context, told.page);
  context.output.result({ schema: 'lab.explain/1', ...told, url }, () => explainLines(told, url, context.output.paint));
  return exitCode.done;
}

async function findSubject({ services, repoRoot }: Context, subject: string): Promise<Explained> {
  const { collectFacts, collectScenarios } = await services.facts();
  const exercise = explainExercise(await collectScenarios(repoRoot), subject);
  if (exercise !== null) return exercise;
  const facts = await collectFacts(repoRoot);
  const other = explainOther(facts, subject);
  if (other !== null) return other;
  const meant = suggest(subject, subjectNames(facts));
  throw new UsageError('E_SUBJECT_UNKNOWN', {
    message: `Nothing is called "${subject}".`,
    hint: meant === null ? 'npx lab list' : `Did you mean ${meant}?`,
  });
}

/** What must hold for a check is written once, in its lesson. */
async function withLesson({ repoRoot }: Context, found: Explained): Promise<Explained> {
  if (found.kind !== 'check' || found.lesson === null) return found;
  return { ...found, text: [...(await whatMustHold(repoRoot, found.lesson)), ...found.text] };
}

/** The page as the running session serves it; null while none is running. */
function consoleUrl({ labDir }: Context, page: string): string | null {
  const session = readSession(labDir);
  const port = session.kind === 'running' ? session.record.port : null;
  return port === null ? null : `http://127.0.0.1:${port}${page}`;
}
