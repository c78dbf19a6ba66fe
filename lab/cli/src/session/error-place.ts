export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * Where in the learner's code an error arose, from the lines that Node printed: the first place
 * below `codeDir` that is not in a package. Null when none is named.
 */
export function errorPlace(lines: readonly string[], codeDir: string): Place | null {
  const root = codeDir.endsWith('/') ? codeDir : `${codeDir}/`;
  for (const line of lines) {
    const start = line.indexOf(root);
    if (start === -1) continue;
    const match = /^([^\s:()"']+):(\d+)/.exec(line.slice(start + root.length));
    const [, file, number] = match ?? [];
    if (file !== undefined && number !== undefined && !file.includes('node_modules/'))
      return { file, line: Number(number) };
  }
  return null;
}

/** The line that names the error, as `TypeError: x is not a function`; null when there is none. */
export function errorMessage(lines: readonly string[]): string | null {
  for (const line of lines) {
    const match = /(?:^|[\s"])((?:[A-Z][A-Za-z]*)?(?:Error|Exception)(?: \[[A-Z_]+\])?: .+)/.exec(line);
    // In a JSON log line the stack follows after an escaped line end.
    if (match?.[1] !== undefined) return match[1].split('\\n', 1)[0]?.slice(0, 300) ?? null;
  }
  return null;
}
