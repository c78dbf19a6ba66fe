import process from 'node:process';
import { ensureChromium } from './chromium.mjs';
import { BootstrapFailure, explain } from './failure.mjs';
import { say } from './step.mjs';

/**
 * Every tool that a scenario or a test may need, found or fetched. Of the machine's own packages one is
 * installed, as root with apt and by this command alone: chromium, for the browser tests.
 */
export const toolsLane = {
  name: 'tools',
  async run() {
    const { resolveTools } = await import('../runtime/src/tools/resolve-tools.ts');
    const { ensureCacheFolder } = await import('../runtime/src/tools/cache-folder.ts');
    const { toolsOfEvery } = await import('../cli/src/prepare-tools.ts');
    const scenarios = await import('../../scenarios/index.ts');
    const { findChromium } = await import('../ci/browser/find-chromium.ts');
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, onSignal);
    try {
      const found = await resolveTools(await toolsOfEvery(scenarios), {
        cacheDir: await ensureCacheFolder(process.env),
        signal: stop.signal,
        env: process.env,
        onProgress: ({ tool, way, phase, message, elapsedMs }) => {
          if (phase !== 'started') say(`  ${tool} (${way}, ${(elapsedMs / 1000).toFixed(0)} s): ${message}`);
        },
      });
      const { program, isNew } = await ensureChromium(() => findChromium(process.env));
      const tools = Object.values(found).map(({ name, version, foundBy }) => `${name} ${version} by ${foundBy}`);
      return { ok: true, note: [...tools, `${program}${isNew ? ', installed by apt-get' : ''}`].join(', ') };
    } catch (error) {
      if (error instanceof BootstrapFailure) return { ok: false, output: explain(error) };
      if (!error.hint) throw error;
      return { ok: false, output: `${error.message}\n  Helps: ${error.hint}` };
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, onSignal);
    }
  },
};
