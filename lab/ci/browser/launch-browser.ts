import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_VARIABLE, findChromium } from './find-chromium.ts';

/** No sandbox: CI runs as root, and nothing is opened but pages of this repository. The others keep it from calling home. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const LAUNCH_LIMIT_MS = 30_000;

/** A Chromium with a new profile, which is deleted when it closes. Throws where none is found. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) {
    throw new Error(
      `There is no Chromium on PATH. Install the package chromium, or name one that is there: ${CHROMIUM_VARIABLE}=<program>`,
    );
  }
  // The profile is the only place that it writes to; the desktop's settings are none of its business.
  const env = { ...process.env, GSETTINGS_BACKEND: 'memory' };
  return await chromium.launch({ executablePath, args: [...flags, ...more], env, timeout: LAUNCH_LIMIT_MS });
}
