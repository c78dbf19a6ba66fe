import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { downloadFile, downloadText } from '../download.ts';
import type { StagedTool } from '../install-tool.ts';
import { runOrThrow } from '../run-command.ts';
import { askVersion } from '../tool-probe.ts';
import type { ReleaseSource, ToolEntry } from '../tool-table.ts';
import type { WayContext } from '../tool-types.ts';

const UNPACK_LIMIT_MS = 60_000;

/** The project's own release, checked against the checksums that are published with it. */
export async function fromRelease(
  context: WayContext,
  entry: ToolEntry,
  source: { readonly release: ReleaseSource; readonly stageDir: string },
): Promise<StagedTool> {
  const { release, stageDir } = source;
  const fileName = path.posix.basename(new URL(release.url).pathname);
  context.report(`reaching ${new URL(release.url).host}`);
  const checksums = await downloadText(release.checksumsUrl, { signal: context.signal });
  const expected = findChecksum(checksums, fileName);
  if (!expected) throw new Error(`its published checksums do not name ${fileName}`);

  const download = path.join(stageDir, 'download');
  const actual = await downloadFile(release.url, download, {
    signal: context.signal,
    onBytes: (bytes, ofBytes) => context.report(`downloading ${fileName}: ${megabytes(bytes, ofBytes)}`),
  });
  if (actual !== expected) throw new Error(`${fileName} was refused: its checksum is not the published one`);

  const executable = path.join(stageDir, entry.executable);
  if (release.inArchive) await unpack(context, { download, inArchive: release.inArchive, executable });
  else await rename(download, executable);
  await chmod(executable, 0o755);
  return { version: await askSuitingVersion(context, entry, executable), executable: entry.executable };
}

/** The version of a program that was just fetched; rejects where it does not suit. */
export async function askSuitingVersion(context: WayContext, entry: ToolEntry, executable: string): Promise<string> {
  const version = await askVersion(context, entry, executable);
  if (!entry.suits.suits(version)) throw new Error(`it is ${version}, and the lab needs ${entry.suits.text}`);
  return version;
}

/** The SHA-256 of a file in a list as `sha256sum` prints it. */
export function findChecksum(list: string, fileName: string): string | undefined {
  for (const line of list.split('\n')) {
    const match = /^([0-9a-f]{64})\s+\*?(\S+)\s*$/i.exec(line);
    if (match?.[1] && match[2] && path.posix.basename(match[2]) === fileName) return match[1].toLowerCase();
  }
  return undefined;
}

async function unpack(
  context: WayContext,
  files: { readonly download: string; readonly inArchive: string; readonly executable: string },
): Promise<void> {
  const folder = `${files.download}-unpacked`;
  await mkdir(folder);
  // The tar of macOS reads zip as well, and only macOS releases are zip.
  const args = ['-xf', files.download, '-C', folder, files.inArchive];
  await runOrThrow('tar', args, { env: context.env, signal: context.signal, limitMs: UNPACK_LIMIT_MS });
  await rename(path.join(folder, files.inArchive), files.executable);
  await rm(folder, { recursive: true });
  await rm(files.download);
}

function megabytes(bytes: number, ofBytes: number | undefined): string {
  const size = (value: number): string => (value / 1_000_000).toFixed(1);
  return ofBytes === undefined ? `${size(bytes)} MB` : `${size(bytes)} of ${size(ofBytes)} MB`;
}
