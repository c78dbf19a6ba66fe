import type { ScenarioName } from './name-scenario.ts';

/** Texts of the template by their path in the scenario's folder. */
export type Texts = ReadonlyMap<string, string>;

/** The template with the name of a scenario in its places. Throws `RangeError` for a place that has no value. */
export function fillTemplate(template: Texts, { id, family, title }: ScenarioName): Texts {
  const values: Readonly<Record<string, string>> = { id, family, title: stringLiteral(title) };
  return new Map([...template].map(([path, text]) => [path, fill(text, values)]));
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`The template has a place for "${name}", which has no value.`);
    return value;
  });
}

/** As the formatter writes it: in single quotes, unless these would need more escapes than double ones. */
export function stringLiteral(text: string): string {
  const count = (quote: string) => text.split(quote).length;
  const quote = count("'") > count('"') ? '"' : "'";
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}

const overlayPath = /^(?<variant>broken|(?:mutants|solutions)\/[^/]+)\/(?<path>.+)$/;

/** The variants of a scenario with the paths in the service that each replaces or adds. */
export function overlaysOf(texts: Texts): ReadonlyMap<string, readonly string[]> {
  const places = [...texts.keys()].flatMap((path) => {
    const { variant = '', path: inService = '' } = overlayPath.exec(path)?.groups ?? {};
    return variant === '' ? [] : [{ variant, inService }];
  });
  const byVariant = Map.groupBy(places, ({ variant }) => variant);
  return new Map([...byVariant].map(([variant, own]) => [variant, own.map(({ inService }) => inService)]));
}
