/**
 * The sentences of a lesson, as a reader meets them: without front matter, code, tables, figures, lists of wrong fixes,
 * headings, markup and sources. A list item is a sentence of its own, also where it has no full stop.
 */
export function sentencesOf(lesson: string): readonly string[] {
  return plainBlocks(lesson)
    .flatMap((block) => block.split(/(?<=[.?!]["”’)]*)\s+(?=["“(]?[\p{Lu}\d])/u))
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\p{L}/u.test(sentence));
}

function plainBlocks(lesson: string): readonly string[] {
  const [text = ''] = lesson.split(/^## Sources$/m);
  return text
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replaceAll(/<!-- figures [\s\S]*?<!-- end of figures -->/g, '')
    .replaceAll(/<!-- wrong fixes [\s\S]*?<!-- end of wrong fixes -->/g, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/```[\s\S]*?```/g, '')
    .replaceAll(/^\s*\|.*$/gm, '')
    .replaceAll(/^#{1,6}\s.*$/gm, '')
    .replaceAll(/<summary>.*?<\/summary>/g, '')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)/)
    .map(withoutMarkup);
}

function withoutMarkup(block: string): string {
  return block
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/^\s*(?:[-*]|\d+\.)\s+/gm, '')
    .replaceAll(/`[^`]*`/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|\*)/g, '')
    .replaceAll(/(^|\W)_([^_]+)_(?=\W|$)/g, '$1$2')
    .replaceAll(/\s+/g, ' ');
}
