import { expect, test } from 'vitest';
import { markup, textOf } from './markup.ts';

test('a value is text, whatever it holds', () => {
  expect(textOf(markup`<p title="${'"\'>'}">${'<b>&amp;</b>'}</p>`)).toBe(
    '<p title="&quot;&#39;&gt;">&lt;b&gt;&amp;amp;&lt;/b&gt;</p>',
  );
});

test('markup stands in markup as it is, lists are joined, null is nothing', () => {
  const items = ['a', 'b&'].map((item) => markup`<li>${item}</li>`);
  expect(textOf(markup`<ul>${items}${null}${3}</ul>`)).toBe('<ul><li>a</li><li>b&amp;</li>3</ul>');
});

test('what no document may hold is taken out', () => {
  expect(textOf(markup`${'a\u0000b\u001b[31mc\uFFFEd\uD800e\nf'}`)).toBe('a bc\uFFFDd\uFFFDe\nf');
});

test('an object from JSON cannot pass for markup', () => {
  const forged = JSON.parse('{"trusted":"<script>","html":"<script>"}');
  expect(() => textOf(forged)).toThrow();
});
