const frontMatter = /^---\n(?<yaml>[\s\S]*?)\n---\n/;

/**
 * The title of a page: that of its front matter, else its first heading of the first level, without its marks; null
 * where it has neither.
 */
export function titleOf(markdown: string): string | null {
  const said = /^title: *(?<quote>['"]?)(?<title>.+)\k<quote> *$/m.exec(yamlOf(markdown))?.groups?.['title'];
  if (said !== undefined) return said.replaceAll("''", "'");
  const outside = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return /^# (?<title>.+)$/m.exec(outside)?.groups?.['title']?.replaceAll(/[`*]/g, '').trim() ?? null;
}

/** Its place among the pages of its kind, as the front matter says; null where it says none. */
export function orderOf(markdown: string): number | null {
  const order = /\border: *(?<order>\d+)/.exec(yamlOf(markdown))?.groups?.['order'];
  return order === undefined ? null : Number(order);
}

/** Ids of the scenarios that a lesson leads to, in its order; none where its front matter names none. */
export function scenariosOf(markdown: string): string[] {
  const list = /^scenarios: *\[(?<list>[^\]]*)\]/m.exec(yamlOf(markdown))?.groups?.['list'] ?? '';
  return list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

function yamlOf(markdown: string): string {
  return frontMatter.exec(markdown)?.groups?.['yaml'] ?? '';
}

/** A first sentence that can stand alone, for search engines and lists; null where the page begins otherwise. */
export function leadOf(markdown: string): string | null {
  const lead = /^# .+\n+(?<lead>[^\n#<|`-][^\n]*)/m.exec(markdown)?.groups?.['lead'];
  const sentence = lead?.split(/(?<=[.?!])\s/)[0];
  return sentence?.replaceAll(/[`*_]|\]\([^)]*\)|\[/g, '') ?? null;
}
