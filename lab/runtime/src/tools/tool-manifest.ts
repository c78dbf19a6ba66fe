import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';

const FileRecord = z.object({
  path: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  sha256: z.string(),
  executable: z.boolean(),
});

const LinkRecord = z.object({ path: z.string(), target: z.string() });

const Manifest = z.object({
  schema: z.literal(1),
  tool: z.string(),
  version: z.string(),
  platform: z.string(),
  way: z.enum(['npm', 'release', 'go-build', 'system-package']),
  /** The tool's path inside its folder; for postgres `bin`. */
  executable: z.string(),
  files: z.array(FileRecord),
  links: z.array(LinkRecord),
});

/** What lies in a tool's cache folder, so that damage is noticed. */
export type ToolManifest = Readonly<z.infer<typeof Manifest>>;
export type ManifestFacts = Omit<ToolManifest, 'schema' | 'files' | 'links'>;

export const MANIFEST_NAME = 'manifest.json';

/** Reads a tool folder's manifest. Undefined where there is none; throws where it is not one. */
export async function readManifest(folder: string): Promise<ToolManifest | undefined> {
  const text = await readFile(path.join(folder, MANIFEST_NAME), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : Manifest.parse(JSON.parse(text));
}

/** Records every file and link of the folder, and writes the manifest into it. */
export async function writeManifest(folder: string, facts: ManifestFacts): Promise<ToolManifest> {
  const files: ToolManifest['files'][number][] = [];
  const links: ToolManifest['links'][number][] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const full = path.join(entry.parentPath, entry.name);
    const relative = path.relative(folder, full);
    if (relative === MANIFEST_NAME || entry.isDirectory()) continue;
    if (entry.isSymbolicLink()) links.push({ path: relative, target: await readlink(full) });
    else files.push(await recordFile(full, relative));
  }
  const manifest: ToolManifest = { schema: 1, ...facts, files, links };
  await writeFile(path.join(folder, MANIFEST_NAME), JSON.stringify(manifest));
  return manifest;
}

/** Hash of a file's content, read as a stream: k6 alone is 47 MB. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function recordFile(full: string, relative: string): Promise<ToolManifest['files'][number]> {
  const stats = await lstat(full);
  return {
    path: relative,
    size: stats.size,
    mtimeMs: Math.trunc(stats.mtimeMs),
    sha256: await sha256OfFile(full),
    executable: (stats.mode & 0o111) !== 0,
  };
}
