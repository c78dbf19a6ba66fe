import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export const simulatorIds = ['rate-limiting', 'cache-stampede', 'invalidation-race', 'retries'] as const;
export type SimulatorId = (typeof simulatorIds)[number];

const repoRoot = join(import.meta.dirname, '..', '..', '..', '..');

/** The simulators' own modules, each as it is but for its types: no bundler stands between the test and the code. */
export interface SimulatorSite extends AsyncDisposable {
  /** The page of one simulator, and nothing else on it. */
  pageOf(id: SimulatorId, query?: string): string;
}

export async function startSimulatorSite(): Promise<SimulatorSite> {
  const imports = { ...(await importsOf('lab/simulators')), ...(await importsOf('lab/service')) };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const answer = await answerOf(pathname, imports).catch(() => undefined);
    response.writeHead(answer ? 200 : 404, { 'content-type': answer?.type ?? 'text/plain' }).end(answer?.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    pageOf: (id, query = '') => `http://127.0.0.1:${address.port}/${id}?${query}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Bytes of the modules below some folders, without types and comments to speak of, compressed but not minified. */
export async function gzippedBytes(folders: readonly string[]): Promise<number> {
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(repoRoot, folder), { recursive: true });
      return names.filter((name) => /(?<!\.test)\.ts$/.test(name)).map((name) => join(folder, name));
    }),
  );
  const texts = await Promise.all(files.flat().sort().map(scriptOf));
  return gzipSync(texts.join('\n').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, ''), { level: 9 }).length;
}

/** What a bundler would do with the doors of a package. */
async function importsOf(folder: string): Promise<Record<string, string>> {
  const manifest: { readonly exports: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(join(repoRoot, folder, 'package.json'), 'utf8'),
  );
  const name = `@lab/${folder.slice('lab/'.length)}`;
  return Object.fromEntries(
    Object.entries(manifest.exports).map(([door, file]) => [`${name}${door.slice(1)}`, `/${folder}${file.slice(1)}`]),
  );
}

async function answerOf(path: string, imports: Record<string, string>) {
  const id = simulatorIds.find((one) => `/${one}` === path);
  if (id !== undefined) return { type: 'text/html; charset=utf-8', body: pageHtml(id, imports) };
  if (
    !/^\/(?:site\/src\/simulators|lab\/(?:simulators|service)\/src)\/[a-z0-9./-]+$/.test(path) ||
    path.includes('..')
  ) {
    return undefined;
  }
  if (path.endsWith('.css')) return { type: 'text/css', body: await readFile(join(repoRoot, path), 'utf8') };
  return { type: 'text/javascript', body: await scriptOf(path) };
}

async function scriptOf(path: string): Promise<string> {
  return stripTypeScriptTypes(await readFile(join(repoRoot, path), 'utf8'));
}

function pageHtml(id: SimulatorId, imports: Record<string, string>): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${id}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/site/src/simulators/simulators.css">
<style>body { font: 16px/1.5 sans-serif; margin: 0 auto; max-width: 48rem; color: #17181c; background: #fff }
a { color: #0b57a4 } @media (prefers-color-scheme: dark) { body { color: #f2f3f5; background: #17181c } a { color: #7cb8ff } }</style>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/site/src/simulators/${id}.ts"></script></head>
<body><main><h1>${id}</h1><h2>Try it</h2><lab-simulator-${id}>A simulator.</lab-simulator-${id}></main></body></html>`;
}
