const inCode = /`(?<scenario>[a-z]+(?:-[a-z0-9]+)+)\/(?<name>(?:(?:mutants|solutions)\/)?[a-z][a-z0-9-]*)`/g;

/** A check (`cache-stale-price/no-late-fill`) or a variant (`cache-stale-price/mutants/write-through`), as lessons name it. */
export interface NamedId {
  readonly id: string;
  readonly scenario: string;
  /** Of the check, or of the variant with its folder. */
  readonly name: string;
  readonly kind: 'check' | 'variant';
}

/** Ids that a text names, in the order in which it does. They stand in backquotes, so they read well anywhere. */
export function idsOf(text: string): readonly NamedId[] {
  return [...text.matchAll(inCode)].map(({ groups = {} }) => {
    const { scenario = '', name = '' } = groups;
    return { id: `${scenario}/${name}`, scenario, name, kind: name.includes('/') ? 'variant' : 'check' };
  });
}

/** Where the site tells of it: `/scenarios/<scenario>/#<check>`, or `#mutants/<name>`. */
export function pageOf({ scenario, name }: NamedId): string {
  return `/scenarios/${scenario}/#${name}`;
}

/** The lesson with each id as a link to its page. */
export function linkIds(lesson: string): string {
  return lesson.replaceAll(inCode, (code) => {
    const [named] = idsOf(code);
    return named ? `[${code}](${pageOf(named)})` : code;
  });
}

/** The part of a lesson under `<a id="…"></a>`, up to the next such anchor or the next part; undefined when there is none. */
export function sectionOf(lesson: string, anchor: string): string | undefined {
  const [, after] = lesson.split(`<a id="${anchor}"></a>`);
  return after?.split(/<a id="|^## /m)[0];
}
