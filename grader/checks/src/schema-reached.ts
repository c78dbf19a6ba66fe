import type { Check, Evidence, Finding } from '@lab/sdk';
import { rowsOf } from './evidence-views.ts';
import { reachedRecord } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface SchemaOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** How an experiment is told to a learner, as `on the shop’s database`. */
  readonly places: Readonly<Record<string, string>>;
}

/**
 * What the database takes and refuses when the migrations are done, that nothing in it is half done, and that what was
 * there before still is. Statements are tried on it, whatever means the schema uses.
 */
export function schemaReached({ places, ...facts }: SchemaOptions): Check {
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const place = places[experiment] ?? experiment;
          if (reachedRecord(evidence, experiment) === undefined || !wasLookedAt(evidence, experiment)) {
            return [notMeasured(`The schema ${place} was not looked at`, experiment)];
          }
          return [
            ...wrongAnswers(evidence, experiment, place),
            ...halfDone(evidence, experiment, place),
            ...gone(evidence, experiment, place),
          ];
        }),
  };
}

function wasLookedAt(evidence: Evidence, experiment: string): boolean {
  return rowsOf(evidence, 'schema-answers', experiment).length > 0;
}

function wrongAnswers(evidence: Evidence, experiment: string, place: string): readonly Finding[] {
  const wrong = rowsOf(evidence, 'schema-answers', experiment).filter(({ answer, expected }) => answer !== expected);
  const [first] = wrong;
  if (first === undefined) return [];
  const more = wrong.length > 1 ? ` ${wrong.length - 1} more of the lab’s statements went wrong.` : '';
  return [
    {
      code: 'SCHEMA_INCOMPLETE',
      severity: 'failure',
      message: `When the lab had waited for the migrations ${place}: ${first['statement']} came to “${first['answer']}”, not to “${first['expected']}”.${more}`,
      measured: { text: `${first['statement']}: ${first['answer']}` },
      expected: { text: String(first['expected']) },
      atMs: null,
      refs: { experiment },
    },
  ];
}

function halfDone(evidence: Evidence, experiment: string, place: string): readonly Finding[] {
  return rowsOf(evidence, 'schema-flaws', experiment).map((row) => {
    const isIndex = row['kind'] === 'invalid-index';
    return {
      code: isIndex ? 'INDEX_INVALID' : 'NOT_VALIDATED',
      severity: 'failure',
      message: isIndex
        ? `When the migrations were done ${place}, the index ${row['name']} of ${row['table']} was invalid: every write keeps it up, and no query may use it.`
        : `When the migrations were done ${place}, the constraint ${row['name']} of ${row['table']} was not validated: what was there before may break it, and nobody has looked.`,
      measured: { text: `${row['name']} ${isIndex ? 'invalid' : 'not validated'}` },
      expected: { text: isIndex ? 'no invalid index' : 'every constraint validated' },
      atMs: null,
      refs: { experiment },
    };
  });
}

function gone(evidence: Evidence, experiment: string, place: string): readonly Finding[] {
  const changes = rowsOf(evidence, 'schema-changes', experiment);
  const lost = changes.filter(({ change, moment }) => change === 'gone' && moment === 'done');
  const [first] = lost;
  if (first === undefined) return [];
  const more = lost.length > 1 ? `, and ${lost.length - 1} more` : '';
  return [
    {
      code: 'SOMETHING_GONE',
      severity: 'failure',
      message: `When the migrations were done ${place}, this was gone: ${first['kind']} of ${first['table']}, ${first['definition']}${more}. Nobody asked for that.`,
      measured: { text: `${lost.length} gone`, value: lost.length, unit: 'objects' },
      expected: { text: 'everything that was there is there', value: 0, unit: 'objects' },
      atMs: null,
      refs: { experiment },
    },
  ];
}
