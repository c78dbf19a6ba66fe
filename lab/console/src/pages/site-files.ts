import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One file of the built site. */
export interface SiteFile {
  readonly file: string;
  readonly type: string;
  /** Its name holds the hash of what is in it, so it never changes. */
  readonly isFixed: boolean;
}

export interface BuiltSite {
  /** By the path of its address. */
  readonly files: ReadonlyMap<string, SiteFile>;
  /** The header for these pages; null where the build left none that can be read. */
  readonly policy: string | null;
}

/** The built pages as they are now. */
export interface SiteFiles {
  /** Null while nothing is built. */
  current(): Promise<BuiltSite | null>;
}

/** Beside the pages, by the build: what scripts they may run. Nobody is sent it. */
const policyFile = 'site-policy.json';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** Only what the folder was found to hold is ever sent: no address is made into a path. Read anew after each build. */
export function openSite(folder: string | null): SiteFiles {
  let builtMs = Number.NaN;
  let site: Promise<BuiltSite> | null = null;
  return {
    async current() {
      if (folder === null) return null;
      // The build writes it last.
      const written = await stat(join(folder, policyFile)).catch(() => null);
      if (written === null) return null;
      if (site === null || written.mtimeMs !== builtMs) {
        builtMs = written.mtimeMs;
        site = readSite(folder);
      }
      return await site;
    },
  };
}

async function readSite(folder: string): Promise<BuiltSite> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    // Not a link: it may lead out of the folder.
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => relative(folder, file) !== policyFile)
    .map((file): [string, SiteFile] => {
      const address = `/${relative(folder, file).split(sep).join('/')}`;
      const type = types[extname(file)] ?? 'application/octet-stream';
      return [address.replace(/\/index\.html$/, '/'), { file, type, isFixed: address.startsWith('/_astro/') }];
    });
  return { files: new Map(files), policy: await readPolicy(folder) };
}

async function readPolicy(folder: string): Promise<string | null> {
  try {
    const { header } = JSON.parse(await readFile(join(folder, policyFile), 'utf8')) as { header?: unknown };
    // One line of visible characters: it becomes a header.
    return typeof header === 'string' && /^[ -~]+$/.test(header) ? header : null;
  } catch {
    // Half a build: pages are sent without scripts.
    return null;
  }
}
