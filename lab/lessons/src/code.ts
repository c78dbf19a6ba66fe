const fence = /^```(?<language>\w+) file=(?<file>\S+)(?: region=(?<region>\S+))?\n(?<body>[\s\S]*?)^```$/gm;

/** A place in the repository whose code a lesson shows. */
export interface CodeFence {
  readonly language: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Undefined for the whole file. */
  readonly region: string | undefined;
  /** What stands in the lesson's own file: nothing, since the page is given the code when it is built. */
  readonly body: string;
}

/**
 * Code is shown from the file that is compiled and tested, never from a copy. A lesson has an empty fence, which names a
 * region or, without one, means the whole file:
 *
 *     ```ts file=lab/service/src/jobs/backoff.ts region=backoffMs
 *     ```
 */
export function codeFencesOf(lesson: string): readonly CodeFence[] {
  return [...lesson.matchAll(fence)].map(({ groups = {} }) => {
    const { language = '', file = '', region, body = '' } = groups;
    return { language, file, region, body };
  });
}

/** The lesson with the code in its fences. `read` has the text of a file of the repository. Throws as `regionOf`. */
export function fillCode(lesson: string, read: (file: string) => string): string {
  return lesson.replaceAll(fence, (...found) => {
    const { language = '', file = '', region } = found.at(-1) as Record<string, string | undefined>;
    return `\`\`\`${language} title="${file}"\n${codeOf(read(file), region)}\n\`\`\``;
  });
}

/** The code that a fence asks for: a region of the file, or all of it. Throws as `regionOf`. */
export function codeOf(text: string, region: string | undefined): string {
  return region === undefined ? text.trim() : regionOf(text, region);
}

/**
 * The lines between `// #region <name>` and `// #endregion <name>` (in SQL `--`), moved to the left. Without such
 * markers, the declaration of that name with its comment: a file that scenarios replace cannot have markers, which would
 * change the file that their overlays are laid on. Throws RangeError when there is neither, or the markers twice.
 */
export function regionOf(text: string, name: string): string {
  const lines = text.split('\n');
  const begins = lines.flatMap((line, index) => (isMarker(line, 'region', name) ? [index] : []));
  const ends = lines.flatMap((line, index) => (isMarker(line, 'endregion', name) ? [index] : []));
  if (begins.length === 0 && ends.length === 0) return toTheLeft(withoutMarkers(declarationOf(lines, name)));
  const [begin = 0, end = 0] = [begins[0], ends[0]];
  if (begins.length !== 1 || ends.length !== 1 || end < begin) {
    throw new RangeError(`The region ${name} has not one beginning and one end after it.`);
  }
  return toTheLeft(withoutMarkers(lines.slice(begin + 1, end)));
}

function withoutMarkers(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/^\s*(?:\/\/|--)\s*#(?:end)?region\b/.test(line));
}

function isMarker(line: string, kind: string, name: string): boolean {
  return line.trim().replace(/^(?:\/\/|--)\s*/, '') === `#${kind} ${name}` && /^\s*(?:\/\/|--)/.test(line);
}

function declarationOf(lines: readonly string[], name: string): readonly string[] {
  const word = name.replaceAll(/[^\w$]/g, '\\$&');
  const head = new RegExp(
    `^(?<indent>\\s*)(?:export )?(?:async )?(?:function\\*? |const |interface |type |class )?${word}\\b\\s*[(<:={]`,
  );
  const start = lines.findIndex((line) => head.test(line) || line.trim() === `export interface ${name} {`);
  if (start === -1) throw new RangeError(`There is no region ${name}, and no declaration of that name.`);
  const indent = head.exec(lines[start] ?? '')?.groups?.['indent'] ?? '';
  return [...commentBefore(lines, start), ...lines.slice(start, endOf(lines, start, indent) + 1)];
}

function commentBefore(lines: readonly string[], start: number): readonly string[] {
  let first = start;
  while (/^\s*(?:\/\/|\/\*\*|\*)/.test(lines[first - 1] ?? '')) first -= 1;
  return lines.slice(first, start);
}

/** The closing line has the indentation of the first; a value without brackets ends with its semicolon. */
function endOf(lines: readonly string[], start: number, indent: string): number {
  const isBlock = /[{[(]$/.test(lines[start] ?? '');
  if (!isBlock) return start + lines.slice(start).findIndex((line) => line.endsWith(';'));
  const closes = new RegExp(`^${indent}[}\\])].*(?<![{[(])$`);
  return start + 1 + lines.slice(start + 1).findIndex((line) => closes.test(line));
}

function toTheLeft(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(least)).join('\n');
}
