import { ProblemError } from '../platform/problem.ts';

/** A representation changes exactly when its version does. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Whether `If-None-Match` names the version, compared weakly as RFC 9110 asks. */
export function namesVersion(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(entityTag(version));
}

/** The version that `If-Match` asks for; undefined when any will do. Throws VERSION_CONFLICT for tags never given out. */
export function expectedVersion(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, digits] = /^"(\d{1,9})"$/.exec(header.trim()) ?? [];
  if (digits === undefined)
    throw new ProblemError('VERSION_CONFLICT', { detail: 'If-Match takes one ETag of this book.' });
  return Number(digits);
}
