import { createHash } from 'node:crypto';
import { compareText, type FileTree } from './file-tree.ts';

/**
 * Name and content of every file, in order of name. Lengths go in too, so that no two different
 * trees run together into the same bytes.
 */
export function treeHash(tree: FileTree): string {
  const hash = createHash('sha256');
  for (const path of [...tree.keys()].sort(compareText)) {
    const content = tree.get(path) ?? Buffer.alloc(0);
    hash.update(`${Buffer.byteLength(path)} ${path} ${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The id that git gives to this content, computed without git. */
export function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
