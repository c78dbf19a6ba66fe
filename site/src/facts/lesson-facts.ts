import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orderOf, scenariosOf, titleOf } from '../lessons/lesson-title.ts';
import type { LessonFacts } from './site-facts.ts';

/** Lessons in the order that they say; those that say none come last, by name. */
export function lessonFacts(repoRoot: string): LessonFacts[] {
  const folder = join(repoRoot, 'lessons');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ topic: name, file: fileOf(folder, name) }))
    .flatMap(({ topic, file }) => (file === null ? [] : [{ topic, text: readFileSync(file, 'utf8') }]))
    .map(({ topic, text }) => ({ topic, text, order: orderOf(text) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => (a.order === b.order ? (a.topic < b.topic ? -1 : 1) : a.order < b.order ? -1 : 1))
    .map(({ topic, text }) => ({ topic, ...partsOf(titleOf(text) ?? topic), scenarios: scenariosOf(text) }));
}

function fileOf(folder: string, topic: string): string | null {
  const files = ['index.md', 'index.mdx'].map((name) => join(folder, topic, name));
  return files.find((file) => existsSync(file)) ?? null;
}

/** `Caching: a saved price must show` is the lesson Caching, and what it promises. */
function partsOf(title: string): Pick<LessonFacts, 'name' | 'promise'> {
  const [name = title, ...rest] = title.split(': ');
  return { name, promise: rest.length === 0 ? title : sentence(rest.join(': ')) };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
