/** An element as a strict parser reads it. Text of an element is that of its own text nodes, joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const nameForm = '[A-Za-z][A-Za-z0-9:-]*';
const startTag = new RegExp(`^<(${nameForm})((?:\\s+${nameForm}="[^"<]*")*)\\s*(/?)>`);
const endTag = new RegExp(`^</(${nameForm})\\s*>`);
const attribute = new RegExp(`(${nameForm})="([^"<]*)"`, 'g');
const prologue = /^(?:<\?xml version="1\.0" encoding="UTF-8"\?>|<!doctype html>)\s*/;
// What XML 1.0 allows in a document.
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * The root of a document, by the rules of XML, and stricter: no comments, CDATA or processing
 * instructions, attributes in double quotes, no entities but those that the reports use. Throws with
 * the place. A page written this way can be read too, its doctype included.
 */
export function parseStrictXml(document: string): XmlElement {
  const found = forbidden.exec(document);
  if (found !== null) throw new Error(`A character that XML forbids stands at ${found.index}.`);
  const top: OpenElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open: OpenElement[] = [top];
  let rest = document.replace(prologue, '');
  while (rest !== '') {
    const current = open.at(-1) ?? top;
    const taken = takeText(current, rest) ?? takeEnd(open, rest) ?? takeStart(open, rest);
    rest = rest.slice(taken);
  }
  const [root] = top.children;
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name}> is not closed.`);
  if (root === undefined || top.children.length > 1 || top.text.trim() !== '')
    throw new Error('There is no single root.');
  return root;
}

function takeText(current: OpenElement, rest: string): number | null {
  const end = rest.indexOf('<');
  const text = end === -1 ? rest : rest.slice(0, end);
  if (text === '') return null;
  if (text.includes(']]>')) throw new Error(`"]]>" stands in text: ${near(rest)}`);
  current.text += decoded(text);
  return text.length;
}

function takeEnd(open: OpenElement[], rest: string): number | null {
  const match = endTag.exec(rest);
  if (match === null) return null;
  const closed = open.pop();
  if (closed === undefined || closed.name !== match[1])
    throw new Error(`</${match[1]}> closes <${closed?.name}> ${near(rest)}`);
  open.at(-1)?.children.push(closed);
  return match[0].length;
}

function takeStart(open: OpenElement[], rest: string): number {
  const match = startTag.exec(rest);
  if (match === null) throw new Error(`There is no tag ${near(rest)}`);
  const [all, name = '', written = '', selfClosing] = match;
  const attributes = new Map<string, string>();
  for (const [, key = '', value = ''] of written.matchAll(attribute)) {
    if (attributes.has(key)) throw new Error(`${key} stands twice ${near(rest)}`);
    attributes.set(key, decoded(value));
  }
  const element = { name, attributes, children: [], text: '' };
  if (selfClosing === '/') open.at(-1)?.children.push(element);
  else open.push(element);
  return all.length;
}

function decoded(text: string): string {
  return text.replaceAll(/&([^;&]*;?)/g, (_all, found: string) => {
    const character = found.endsWith(';') ? entities[found.slice(0, -1)] : undefined;
    if (character === undefined) throw new Error(`"&${found}" is no known entity in ${near(text)}`);
    return character;
  });
}

function near(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** The element itself and all below it, in the order of the document. */
export function everyElement(root: XmlElement): XmlElement[] {
  return [root, ...root.children.flatMap(everyElement)];
}

/** All text of an element and of those below it; the order between them is not kept. */
export function allText(root: XmlElement): string {
  return everyElement(root)
    .map(({ text }) => text)
    .join(' ');
}
