import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceFile } from './source-files.ts';

const link = /(?<!!)\[[^\]]*\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)/g;

/** Links of Markdown pages to files and headings that are not there. Links to other sites are not followed. */
export async function deadLinks(root: string, files: readonly SourceFile[]): Promise<string[]> {
  const pages = files.filter(({ path }) => path.endsWith('.md'));
  const found = await Promise.all(
    pages.map(async (page) => {
      const targets = [...withoutCode(page.text).matchAll(link)].map((match) => match.groups?.target ?? '');
      const dead = await Promise.all(targets.map((target) => isDead(root, page, target)));
      return targets.filter((_target, index) => dead[index]).map((target) => `${page.path} links to ${target}.`);
    }),
  );
  return found.flat();

  async function isDead(base: string, page: SourceFile, target: string): Promise<boolean> {
    if (/^[a-z]+:/i.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page.path : join(dirname(page.path), path);
    const exists = await stat(join(base, file)).then(
      () => true,
      () => false,
    );
    if (!exists) return true;
    const linked = files.find((one) => one.path === file);
    return anchor !== undefined && linked !== undefined && !anchorsOf(linked.text).includes(anchor);
  }
}

function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
}

/** Anchors as GitHub makes them from headings, and those that the page names itself: `<a id="…">`. */
export function anchorsOf(text: string): string[] {
  const headings = text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#{1,6}\s+(?<heading>.+?)\s*$/gm);
  const named = withoutCode(text).matchAll(/<a\s(?:[^>]*\s)?id=(?<quote>["'])(?<id>.+?)\k<quote>/g);
  return [
    ...[...headings].map((match) => headingAnchor(match.groups?.heading ?? '')),
    ...[...named].map((match) => match.groups?.id ?? ''),
  ];
}

function headingAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
