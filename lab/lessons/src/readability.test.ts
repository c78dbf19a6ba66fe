import { expect, test } from 'vitest';
import { sentencesOf } from './prose.ts';
import { readabilityOf, syllablesOf } from './readability.ts';

test.each([
  ['cache', 1],
  ['caches', 2],
  ['reader', 2],
  ['migration', 3],
  ['table', 2],
  ['committed', 3],
  ['locked', 1],
  ['stampede', 2],
  ['idempotency', 5],
  ['the', 1],
])('%s has %i syllables', (word, syllables) => {
  expect(syllablesOf(word)).toBe(syllables);
});

test('the grade is that of the formula', () => {
  // Ten words of one syllable in one sentence: 0.39 · 10 + 11.8 · 1 − 15.59.
  const { grade, sentenceWords } = readabilityOf(['The cat sat on the mat and then it slept.']);
  expect(grade).toBeCloseTo(0.11, 2);
  expect(sentenceWords).toBe(10);
});

test('long words in long sentences need more school', () => {
  const hard = readabilityOf([
    'Asynchronous invalidation necessitates transactional serialisation of concurrent operations.',
  ]);
  const plain = readabilityOf(['The save waits.', 'The reader does not.']);
  expect(hard.grade).toBeGreaterThan(9);
  expect(plain.grade).toBeLessThan(5);
});

test('code, tables, headings, figures and sources are not counted', () => {
  const lesson = `---
title: Tea
---

## A heading

One sentence. Two \`SELECT * FROM tea\` sentences, with a [link](x.md).

| a | b |
| - | - |
| c | d |

\`\`\`ts
const x = 1;
\`\`\`

<!-- figures tea broken -->
Typed by nobody.
<!-- end of figures -->

- An item
- Another one

## Sources

- A book. Another book.
`;
  expect(sentencesOf(lesson)).toEqual(['One sentence.', 'Two sentences, with a link.', 'An item', 'Another one']);
});
