import { type Scenario, UsageError } from '@lab/sdk';
import { suggest } from '../suggest.ts';

/** What a new scenario is called. */
export interface ScenarioName {
  readonly id: string;
  readonly family: Scenario['family'];
  readonly title: string;
}

export interface NameRequest {
  readonly id: string | undefined;
  /** Taken from the id where it is left out. */
  readonly family: string | undefined;
  /** Made from the id where it is left out. */
  readonly title: string | undefined;
  /** Folders that are there already. */
  readonly taken: { readonly scenarios: readonly string[]; readonly lessons: readonly string[] };
}

const families: readonly Scenario['family'][] = ['migrations', 'cache', 'limits', 'jobs', 'uploads'];
const example = 'npx lab scenario new cache-late-covers';
const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/;
/** Lines of the template that hold the id stay within the width of the formatter. */
const idLengthMax = 60;
const titleLengthMax = 80;

/**
 * The name of a scenario that may be made.
 *
 * @throws UsageError `E_SCENARIO_NAME`, `E_FAMILY_UNKNOWN`, `E_SCENARIO_EXISTS`, `E_OPTION`.
 */
export function nameScenario(request: NameRequest): ScenarioName {
  const id = checkForm(request.id);
  const family = familyOf(id, request.family);
  refuseTaken(id, request.taken);
  return { id, family, title: titleOf(request.title ?? titleFromId(id, family)) };
}

function checkForm(id: string | undefined): string {
  if (id === undefined) {
    throw new UsageError('E_SCENARIO_NAME', {
      message: 'A new scenario needs an id: its family, and what it is about.',
      hint: example,
    });
  }
  if (idPattern.test(id) && id.length <= idLengthMax) return id;
  throw new UsageError('E_SCENARIO_NAME', {
    message: `"${id}" is no id for a scenario: an id is two or more lower-case words joined by hyphens, the family first, with at most ${idLengthMax} characters.`,
    hint: example,
  });
}

function familyOf(id: string, given: string | undefined): Scenario['family'] {
  const named = given ?? id.slice(0, id.indexOf('-'));
  const family = families.find((one) => one === named);
  if (family === undefined) throw unknownFamily(id, named, given !== undefined);
  if (id.startsWith(`${family}-`)) return family;
  throw new UsageError('E_SCENARIO_NAME', {
    message: `"${id}" does not begin with its family, ${family}.`,
    hint: `Did you mean ${family}-${id}?`,
  });
}

function unknownFamily(id: string, named: string, isOption: boolean): UsageError {
  const meant = suggest(named, families);
  const mended = isOption ? `--family ${meant}` : `${meant}${id.slice(named.length)}`;
  return new UsageError('E_FAMILY_UNKNOWN', {
    message: isOption ? `There is no family "${named}".` : `"${id}" begins with "${named}", which is no family.`,
    hint: meant === null ? `one of the families: ${families.join(', ')}` : `Did you mean ${mended}?`,
  });
}

function refuseTaken(id: string, { scenarios, lessons }: NameRequest['taken']): void {
  if (scenarios.includes(id)) {
    throw new UsageError('E_SCENARIO_EXISTS', {
      message: `scenarios/${id} is there already.`,
      hint: `npx lab scenario check ${id}, or another id`,
    });
  }
  if (lessons.includes(id)) {
    throw new UsageError('E_SCENARIO_EXISTS', {
      message: `lessons/${id} is there already, and the lesson of the new scenario would take its place.`,
      hint: 'another id',
    });
  }
  const near = scenarios.find((other) => other.startsWith(`${id}-`) || id.startsWith(`${other}-`));
  if (near === undefined) return;
  throw new UsageError('E_SCENARIO_EXISTS', {
    message: `"${id}" and the scenario "${near}" begin alike, and one ends where the other goes on: whoever picks tests by the shorter name would get both.`,
    hint: 'an id that differs before it ends',
  });
}

/** `cache-late-covers` becomes "Late covers". */
function titleFromId(id: string, family: string): string {
  const words = id.slice(family.length + 1).replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function titleOf(text: string): string {
  const title = text.trim();
  if (title !== '' && title.length <= titleLengthMax && !/\p{Cc}/u.test(title)) return title;
  throw new UsageError('E_OPTION', {
    message: `--title takes one line of 1 to ${titleLengthMax} characters, without control characters.`,
  });
}
