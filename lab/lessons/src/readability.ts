export interface Readability {
  /** Years of school that a reader needs (Flesch–Kincaid). */
  readonly grade: number;
  /** Words in a sentence, on average. */
  readonly sentenceWords: number;
  readonly words: number;
}

/**
 * The Flesch–Kincaid grade level, 0.39 · words/sentence + 11.8 · syllables/word − 15.59.
 * Source: J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of new readability formulas", Naval
 * Technical Training Command, Research Branch Report 8-75, 1975.
 */
export function readabilityOf(sentences: readonly string[]): Readability {
  const words = sentences.flatMap(wordsOf);
  if (words.length === 0) return { grade: 0, sentenceWords: 0, words: 0 };
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const sentenceWords = words.length / sentences.length;
  const grade = 0.39 * sentenceWords + 11.8 * (syllables / words.length) - 15.59;
  return { grade, sentenceWords, words: words.length };
}

/** Numbers and signs are no words: nobody stumbles over their syllables. */
export function wordsOf(sentence: string): readonly string[] {
  return sentence.match(/\p{L}+(?:[’'-]\p{L}+)*/gu) ?? [];
}

/** Groups of vowels, less the silent ends: right for about nine English words in ten, and the errors cancel out. */
export function syllablesOf(word: string): number {
  const parts = word.toLowerCase().split(/[-’']/);
  return parts.reduce((sum, part) => sum + ofPart(part), 0) || 1;
}

function ofPart(part: string): number {
  if (part.length <= 3) return /[aeiouy]/.test(part) ? 1 : 0;
  const spoken = part.replace(/(?:[^laeiouysxzcgh]es|[^td]ed|[^laeiouy]e)$/, '').replace(/^y/, '');
  return Math.max(1, (spoken.match(/[aeiouy]{1,2}/g) ?? []).length);
}
