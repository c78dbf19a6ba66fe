import { posix } from 'node:path';
import { compareText, type FileTree } from './file-tree.ts';

const source = /\.[cm]?ts$/;
const relativeImport = /(\bfrom|\bimport)(\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\3/g;

/**
 * What of a variant has to be compiled anew: source files that differ from the reference, and all that import one of
 * them, however indirectly. They import the rest from where `shared` is, a path relative to the variant's root: what is
 * not among them imports none of them, so all variants can have it from one place. A file that is only read by its path
 * is not followed.
 */
export function affectedFiles(reference: FileTree, variant: FileTree, shared: string): FileTree {
  const sources = [...variant].filter(([path]) => source.test(path));
  const importers = new Map<string, string[]>();
  for (const [path, content] of sources) {
    for (const [, , , , specifier = ''] of content.toString('utf8').matchAll(relativeImport)) {
      const imported = resolved(path, specifier);
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
    }
  }
  const differs = sources.filter(([path, content]) => !reference.get(path)?.equals(content));
  const own = new Set(differs.map(([path]) => path));
  // A set that grows while it is walked: each file brings those that import it.
  for (const path of own) for (const importer of importers.get(path) ?? []) own.add(importer);

  const elsewhere = (path: string, specifier: string): string => {
    const imported = resolved(path, specifier);
    if (own.has(imported) || !variant.has(imported)) return specifier;
    return '../'.repeat(path.split('/').length - 1) + posix.join(shared, imported);
  };
  const paths = [...own].sort(compareText);
  return new Map(
    paths.map((path) => {
      const text = (variant.get(path) as Buffer).toString('utf8');
      const replaced = text.replace(relativeImport, (_, word, space, quote, specifier) => {
        return `${word}${space}${quote}${elsewhere(path, specifier)}${quote}`;
      });
      return [path, Buffer.from(replaced)];
    }),
  );
}

function resolved(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}
