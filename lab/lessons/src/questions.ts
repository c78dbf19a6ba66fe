export interface Choice {
  readonly text: string;
  readonly isRight: boolean;
  /** Why it is right or wrong. */
  readonly reason: string;
}

export interface Question {
  readonly id: string;
  /** How many choices are said to be right. */
  readonly right: number;
  readonly text: string;
  readonly choices: readonly Choice[];
}

const element = /^<lab-question id="(?<id>[\w-]+)"(?: right="(?<right>\d+)")?>\n(?<body>[\s\S]*?)^<\/lab-question>$/gm;
const item = /^- (?<text>[\s\S]*?)<details>\s*<summary>[^<]*<\/summary>(?<reason>[\s\S]*?)<\/details>/gm;
const answer = /^\*\*(?<answer>Right|No)\.\*\*\s*/;

/**
 * A question is an element with a paragraph and a list. Each choice has its reason in a `<details>`, which opens without
 * a script; the reason begins with **Right.** or **No.**, so the answer is not to be seen before.
 *
 *     <lab-question id="caching-late-fill">
 *
 *     What does the reader see?
 *
 *     - The old price.
 *
 *       <details><summary>Why?</summary>
 *
 *       **Right.** Its fill came after the drop.
 *
 *       </details>
 *
 *     </lab-question>
 *
 * Where more than one choice is right, `right="2"` says how many, and the question says so too.
 */
export function questionsOf(lesson: string): readonly Question[] {
  return [...lesson.matchAll(element)].map(({ groups = {} }) => {
    const { id = '', right = '1', body = '' } = groups;
    return { id, right: Number(right), text: (body.split(/^- /m)[0] ?? '').trim(), choices: choicesOf(body) };
  });
}

function choicesOf(body: string): readonly Choice[] {
  return [...body.matchAll(item)].map(({ groups = {} }) => {
    const reason = (groups['reason'] ?? '').trim();
    const text = (groups['text'] ?? '').trim();
    return {
      text,
      isRight: reason.startsWith('**Right.**'),
      reason: answer.test(reason) ? reason.replace(answer, '') : '',
    };
  });
}

/** What is wrong with the questions of a lesson, each in a sentence. */
export function questionProblems(lesson: string): readonly string[] {
  const questions = questionsOf(lesson);
  const elements = lesson.split('<lab-question').length - 1;
  const twice = questions.filter(({ id }, index) => questions.findIndex((one) => one.id === id) !== index);
  return [
    ...(elements === questions.length ? [] : [`${elements - questions.length} questions cannot be read.`]),
    ...twice.map(({ id }) => `${id} is there twice.`),
    ...questions.flatMap(problemsOf),
  ];
}

function problemsOf({ id, right, text, choices }: Question): readonly string[] {
  const found = choices.filter(({ isRight }) => isRight).length;
  return [
    ...(text === '' ? [`${id} asks nothing.`] : []),
    ...(choices.length < 3 ? [`${id} has ${choices.length} choices.`] : []),
    ...(found === right ? [] : [`${id} has ${found} right choices and says ${right}.`]),
    ...choices.filter(({ reason }) => reason === '').map((choice) => `${id}: "${choice.text}" has no reason.`),
  ];
}
