import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { type CommandOptions, lastLines, runCommand, runOrThrow } from '../run-command.ts';
import type { WayContext } from '../tool-types.ts';

const UPDATE_LIMIT_MS = 180_000;
const DOWNLOAD_LIMIT_MS = 180_000;
const QUESTION_LIMIT_MS = 30_000;

/** Debian's package tools, used so that nothing outside the lab's cache is written. */
export interface Apt {
  /** Downloads package files into a folder. */
  download(packages: readonly string[], folder: string): Promise<void>;
  /** Names of the packages that these need directly. */
  dependencies(packages: readonly string[]): Promise<string[]>;
  /** Those that are libraries and not installed on this machine. */
  notInstalled(packages: readonly string[]): Promise<string[]>;
}

/** Rejects where this is not Debian or Ubuntu. */
export async function createApt(context: WayContext): Promise<Apt> {
  const options: CommandOptions = {
    env: { ...context.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    signal: context.signal,
    limitMs: QUESTION_LIMIT_MS,
  };
  for (const command of ['apt-get', 'apt-cache', 'dpkg-deb', 'dpkg-query']) await requireCommand(command, options);
  const ownFolder = path.join(context.cacheDir, 'apt');
  let isOwn = false;
  const flags = (): string[] => (isOwn ? ownListFlags(ownFolder) : []);

  const switchToOwnLists = async (): Promise<void> => {
    await mkdir(path.join(ownFolder, 'lists', 'partial'), { recursive: true });
    await mkdir(path.join(ownFolder, 'cache', 'archives', 'partial'), { recursive: true });
    isOwn = true;
    context.report('fetching the package lists');
    await runOrThrow('apt-get', ['update', ...getFlags(), ...flags()], { ...options, limitMs: UPDATE_LIMIT_MS });
  };

  return {
    async download(packages, folder) {
      const attempt = async () => {
        const args = ['download', ...getFlags(), ...flags(), ...packages];
        return runCommand('apt-get', args, { ...options, limitMs: DOWNLOAD_LIMIT_MS, cwd: folder });
      };
      let result = await attempt();
      // The machine's own lists may be missing, as in most images, or so old that the files are gone.
      if (result.exitCode !== 0 && !isOwn) {
        await switchToOwnLists();
        result = await attempt();
      }
      if (result.exitCode !== 0) throw new Error(`apt-get download failed: ${lastLines(result.stderr, 2)}`);
    },
    async dependencies(packages) {
      const { stdout } = await runOrThrow('apt-cache', ['depends', ...flags(), ...packages], options);
      return parseDependencies(stdout);
    },
    async notInstalled(packages) {
      // What a compiler needs of a library is not for running.
      const libraries = packages.filter((name) => /^(lib|lua)/.test(name) && !name.endsWith('-dev'));
      if (libraries.length === 0) return [];
      const args = ['-W', '-f', INSTALLED_FORMAT, ...libraries];
      const { stdout } = await runCommand('dpkg-query', args, options);
      const installed = new Set(stdout.split('\n'));
      return libraries.filter((name) => !installed.has(`${name} installed`));
    },
  };
}

/** Package names in what `apt-cache depends` prints; alternatives too, virtual packages (`<name>`) not. */
export function parseDependencies(output: string): string[] {
  const matches = output.matchAll(/^[ |]+(?:Pre)?Depends: ([a-z0-9][^\s:]*)/gm);
  return [...new Set([...matches].map((match) => match[1] ?? ''))];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders.
const INSTALLED_FORMAT = '${Package} ${db:Status-Status}\\n';

function getFlags(): string[] {
  // Root would hand downloads to the user _apt, which cannot write into our folders.
  const asRoot = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  return ['-q', '-o', 'Acquire::Retries=1', ...asRoot];
}

function ownListFlags(folder: string): string[] {
  return ['-o', `Dir::State::lists=${path.join(folder, 'lists')}`, '-o', `Dir::Cache=${path.join(folder, 'cache')}`];
}

async function requireCommand(command: string, options: CommandOptions): Promise<void> {
  try {
    await runCommand(command, ['--version'], options);
  } catch {
    options.signal.throwIfAborted();
    throw new Error(`${command} is not there: this is not Debian or Ubuntu`);
  }
}
