import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '@lab/runtime';
import { launchBrowser } from '../browser/launch-browser.ts';
import { type LighthouseResult, type PageFigures, pageFigures } from './page-figures.ts';

const folder = import.meta.dirname;
const PAGE_LIMIT_MS = 120_000;
const outputBytesMax = 64 * 1024 * 1024;
/** Of the bootstrap, which has no types: it runs before there is a compiler. */
const installer = new URL('../../bootstrap/install-packages.mjs', import.meta.url).href;
const run = promisify(execFile);

interface Installer {
  ensurePackages(where: { repoRoot: string; node: string; env: NodeJS.ProcessEnv; what: string }): Promise<void>;
}

/** Installs Lighthouse into a folder of its own, where it is not there yet. */
export async function ensureLighthouse(): Promise<void> {
  const { ensurePackages } = (await import(installer)) as Installer;
  await ensurePackages({ repoRoot: folder, node: process.execPath, env: process.env, what: 'Lighthouse' });
}

/** Loads a page of this machine with an empty cache, in a Chromium of its own, and measures it on an imitated phone. */
export async function measurePage(url: string, signal?: AbortSignal): Promise<PageFigures> {
  if (new URL(url).hostname !== '127.0.0.1') throw new Error(`${url} is not on this machine: only loopback is loaded.`);
  const [port = 0] = await freePorts(1);
  const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
  try {
    const { stdout } = await run(process.execPath, [join(folder, 'audit.mjs'), url, String(port)], {
      maxBuffer: outputBytesMax,
      timeout: PAGE_LIMIT_MS,
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
    return pageFigures(JSON.parse(stdout) as LighthouseResult);
  } finally {
    await browser.close();
  }
}
