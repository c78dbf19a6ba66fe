import { expect, test } from 'vitest';
import { questionProblems, questionsOf } from './questions.ts';

function choice(text: string, reason: string): string {
  return `- ${text}\n\n  <details><summary>Why?</summary>\n\n  ${reason}\n\n  </details>\n`;
}

function question(id: string, choices: readonly string[], attributes = ''): string {
  return `<lab-question id="${id}"${attributes}>\n\nWhat is seen?\n\n${choices.join('\n')}\n</lab-question>\n`;
}

const three = [
  choice('The old price.', '**Right.** It was filled late.'),
  choice('The new one.', '**No.** It is gone.'),
];
const sound = question('tea-1', [...three, choice('An error.', '**No.** Nothing failed.')]);

test('a question has choices, each with a reason', () => {
  expect(questionsOf(sound)).toEqual([
    {
      id: 'tea-1',
      right: 1,
      text: 'What is seen?',
      choices: [
        { text: 'The old price.', isRight: true, reason: 'It was filled late.' },
        { text: 'The new one.', isRight: false, reason: 'It is gone.' },
        { text: 'An error.', isRight: false, reason: 'Nothing failed.' },
      ],
    },
  ]);
  expect(questionProblems(sound)).toEqual([]);
});

test('a choice without a reason, and a second right one, are named', () => {
  const silent = question('tea-2', [...three, choice('An error.', 'Nothing failed.')]);
  expect(questionProblems(silent)).toEqual(['tea-2: "An error." has no reason.']);
  const two = question('tea-3', [...three, choice('Both.', '**Right.** One after the other.')]);
  expect(questionProblems(two)).toEqual(['tea-3 has 2 right choices and says 1.']);
  expect(questionProblems(question('tea-4', [...three, choice('Both.', '**Right.** Yes.')], ' right="2"'))).toEqual([]);
});

test('a question that cannot be read, or is there twice, is named', () => {
  expect(questionProblems('<lab-question>\n\n</lab-question>\n')).toEqual(['1 questions cannot be read.']);
  expect(questionProblems(sound + sound)).toEqual(['tea-1 is there twice.']);
});
