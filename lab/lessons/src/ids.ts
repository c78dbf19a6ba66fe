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

/**
 * The part of a lesson under `<a id="…"></a>`, up to the next such anchor or the next heading of its rank or a higher
 * one. Undefined when there is no such anchor.
 */
export function sectionOf(lesson: string, anchor: string): string | undefined {
  const [, after] = lesson.split(`<a id="${anchor}"></a>`);
  if (after === undefined) return undefined;
  const [own = ''] = after.split('<a id="');
  const [first, ...others] = [...own.matchAll(/^(?<rank>#{2,6}) /gm)];
  const rank = first?.groups?.['rank']?.length ?? 0;
  const next = others.find(({ groups }) => (groups?.['rank']?.length ?? 0) <= rank);
  return own.slice(0, next?.index);
}
