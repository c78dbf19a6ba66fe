import { expect, test } from 'vitest';
import { allText, everyElement, parseStrictXml } from './strict-xml.ts';

test('a document is read with its attributes and texts', () => {
  const root = parseStrictXml('<?xml version="1.0" encoding="UTF-8"?>\n<a x="1 &lt; 2"><b>c &amp; d</b><e /></a>\n');
  expect(everyElement(root).map(({ name }) => name)).toEqual(['a', 'b', 'e']);
  expect(root.attributes.get('x')).toBe('1 < 2');
  expect(allText(root)).toContain('c & d');
});

test.each([
  ['an open element', '<a><b></a>'],
  ['two roots', '<a /><b />'],
  ['text around the root', '<a />b'],
  ['an open bracket in text', '<a>1 < 2</a>'],
  ['an open bracket in an attribute', '<a x="<" />'],
  ['an attribute without quotes', '<a x=1 />'],
  ['an attribute that stands twice', '<a x="1" x="2" />'],
  ['a bare ampersand', '<a>b & c</a>'],
  ['an unknown entity', '<a>&nbsp;</a>'],
  ['the end of a CDATA section', '<a>]]></a>'],
  ['a comment', '<a><!-- b --></a>'],
  ['U+0000', '<a>\u0000</a>'],
  ['an escape character', '<a>\u001b[0m</a>'],
  ['half of a surrogate pair', '<a>\uD800</a>'],
])('%s is refused', (_what, document) => {
  expect(() => parseStrictXml(document)).toThrow();
});
