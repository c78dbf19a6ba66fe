import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SubmissionError } from '@lab/sdk';
import picomatch from 'picomatch';
import { errorCode, type WalkedEntry, walk } from './file-tree.ts';
import { mapLimited } from './map-limited.ts';

/** Bounds of what a grader takes in; far above any fix, far below what would hurt the machine. */
export const submissionLimits = { fileBytesMax: 1_048_576, filesMax: 500, entriesMax: 20_000 } as const;

export interface EditableFiles {
  /** Files that match, by path. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Paths of all other entries, links and special files too. */
  readonly others: readonly WalkedEntry[];
  readonly isEditable: (path: string) => boolean;
  /** In an editable folder, and yet not to be changed. */
  readonly isKept: (path: string) => boolean;
}

/** True for paths that a submission may change or add. */
export function editableMatcher(globs: readonly string[]): (path: string) => boolean {
  const matches = picomatch([...globs], { dot: true, posixSlashes: true });
  return (path) => matches(path);
}

/**
 * True for paths of the start that an editable folder holds and that stay as they are: a migration
 * that was applied somewhere is history, so a fix adds new ones beside it. One that is named in full may be changed: the
 * scenario says that it was applied nowhere.
 */
export function keptMatcher(globs: readonly string[], start: Start): (path: string) => boolean {
  const matches = editableMatcher(globs);
  return (path) => path.startsWith('migrations/') && start.has(path) && matches(path) && !globs.includes(path);
}

/** What of the start matters here: which files there are. */
interface Start {
  has(path: string): boolean;
}

function refusal(code: string, message: string, hint: string): SubmissionError {
  return new SubmissionError(code, { stage: 'unpack', message, hint });
}

/**
 * Paths come from a folder today and from an archive of a stranger tomorrow: the rule is the same.
 *
 * @throws SubmissionError `E_PATH_UNSAFE`, stage `unpack`.
 */
export function assertSafePath(path: string): void {
  const segments = path.split('/');
  const climbs = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  const odd = /[\p{Cc}\\]/u.test(path) || /^[a-zA-Z]:/.test(path) || Buffer.byteLength(path) > 240;
  if (!climbs && !odd) return;
  throw refusal(
    'E_PATH_UNSAFE',
    `The path ${JSON.stringify(path)} cannot be part of a submission: paths are relative, stay inside the workspace, and hold no control characters or backslashes.`,
    'rename or remove the file',
  );
}

/** A link refused here could point an editable folder at anything on the machine. */
function mayHoldEditable(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => {
    const { base } = picomatch.scan(glob);
    return base === '' || base === path || base.startsWith(`${path}/`) || path.startsWith(`${base}/`);
  });
}

function refuseNonFiles(entries: readonly WalkedEntry[], globs: readonly string[]): void {
  for (const { path, kind } of entries) {
    if (kind === 'file' || !mayHoldEditable(path, globs)) continue;
    const what = kind === 'link' ? 'a symbolic link' : 'neither a file nor a folder';
    throw refusal(
      kind === 'link' ? 'E_FILE_IS_LINK' : 'E_FILE_IS_SPECIAL',
      `${path} is ${what}; a submission holds regular files.`,
      `replace ${path} by a regular file`,
    );
  }
}

async function readRegularFile(root: string, path: string): Promise<Buffer> {
  const { fileBytesMax } = submissionLimits;
  // O_NOFOLLOW: the walk saw a file, and a link may have taken its place since.
  const handle = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await handle.stat();
    if (size <= fileBytesMax) return await handle.readFile();
    throw refusal(
      'E_FILE_TOO_LARGE',
      `${path} has ${size} bytes; a file of a submission has at most ${fileBytesMax}.`,
      `remove ${path}, or move its data out of the editable folders`,
    );
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, cause: unknown): SubmissionError {
  return new SubmissionError('E_FILE_UNREADABLE', {
    stage: 'unpack',
    message: `${path} could not be read (${errorCode(cause) ?? 'unknown reason'}).`,
    hint: `check the permissions of ${path}`,
    cause,
  });
}

/**
 * The files of a submission, and the names of all else in its folder.
 *
 * @throws SubmissionError stage `unpack`: `E_PATH_UNSAFE`, `E_FILE_IS_LINK`, `E_FILE_IS_SPECIAL`,
 * `E_FILE_TOO_LARGE`, `E_FILE_UNREADABLE`, `E_FILE_NOT_UTF8`, `E_TOO_MANY_FILES`.
 */
export async function readEditable(from: string, globs: readonly string[], start: Start): Promise<EditableFiles> {
  const { filesMax, entriesMax } = submissionLimits;
  const entries = await walk(from, entriesMax);
  refuseNonFiles(entries, globs);
  const matches = editableMatcher(globs);
  const isKept = keptMatcher(globs, start);
  const isEditable = (path: string): boolean => matches(path) && !isKept(path);
  const paths = entries.filter((entry) => entry.kind === 'file' && isEditable(entry.path)).map((entry) => entry.path);
  if (paths.length > filesMax || entries.length > entriesMax) {
    const seen = paths.length > filesMax ? `${paths.length} editable files` : `more than ${entriesMax} files`;
    throw refusal(
      'E_TOO_MANY_FILES',
      `The workspace holds ${seen}; a submission has at most ${filesMax}.`,
      'remove the files that the fix does not need',
    );
  }
  for (const path of paths) assertSafePath(path);
  const contents = await mapLimited(paths, 32, (path) => readRegularFile(from, path));
  const files = new Map(paths.map((path, index) => [path, contents[index] as Buffer]));
  for (const [path, content] of files) assertUtf8(path, content);
  return { files, others: entries.filter((entry) => !files.has(entry.path)), isEditable, isKept };
}

/** Files that programs read as text. */
export function isTextFile(path: string): boolean {
  return /\.(?:[cm]?[jt]s|json|sql|md|ya?ml)$/.test(path);
}

/** Node would put replacement characters into the program and say nothing. */
function assertUtf8(path: string, content: Buffer): void {
  const line = isTextFile(path) ? lineNotUtf8(content) : null;
  if (line === null) return;
  throw new SubmissionError('E_FILE_NOT_UTF8', {
    stage: 'unpack',
    message: `${path} is not UTF-8 text: line ${line} holds bytes that no UTF-8 character has.`,
    hint: `save ${path} again with the encoding UTF-8`,
    location: { file: path, line },
  });
}

/** The first line, from 1, with bytes that are not UTF-8; null when all is well. */
export function lineNotUtf8(content: Buffer): number | null {
  if (isUtf8(content)) return null;
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = content.indexOf(0x0a, start);
    if (!isUtf8(content.subarray(start, end === -1 ? undefined : end)) || end === -1) return line;
    start = end + 1;
  }
}
