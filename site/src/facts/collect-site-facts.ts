import { collectFacts, type ScenarioFacts } from '@lab/facts';
import { lessonFacts } from './lesson-facts.ts';
import type { LessonFacts, SiteFacts } from './site-facts.ts';

/** Reads what the pages are made from: the facts of the lab, and the lessons. */
export async function collectSiteFacts(repoRoot: string): Promise<SiteFacts> {
  const facts = await collectFacts(repoRoot);
  const lessons = lessonFacts(repoRoot);
  return { ...facts, lessons, scenarios: inOrder(facts.scenarios, lessons) };
}

/** As the lessons take them; those that no lesson names come last. */
function inOrder(scenarios: readonly ScenarioFacts[], lessons: readonly LessonFacts[]): ScenarioFacts[] {
  const named = lessons.flatMap((lesson) => lesson.scenarios);
  const placeOf = ({ id }: ScenarioFacts) => (named.includes(id) ? named.indexOf(id) : named.length);
  return scenarios.toSorted((a, b) => placeOf(a) - placeOf(b));
}
