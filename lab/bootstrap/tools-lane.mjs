import { existsSync } from 'node:fs';
import process from 'node:process';
import { say } from './step.mjs';

/** Every tool that a scenario may need, found or fetched; nothing is installed on the machine itself. */
export const toolsLane = {
  name: 'tools',
  async run() {
    // Only this command may install system packages, as root with apt; no part needs one that way yet.
    if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) say('  system packages: none are needed');
    const { resolveTools } = await import('../runtime/src/tools/resolve-tools.ts');
    const { ensureCacheFolder } = await import('../runtime/src/tools/cache-folder.ts');
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, onSignal);
    try {
      const found = await resolveTools(['postgres', 'redis-server', 'toxiproxy', 'k6'], {
        cacheDir: await ensureCacheFolder(process.env),
        signal: stop.signal,
        env: process.env,
        onProgress: ({ tool, way, phase, message, elapsedMs }) => {
          if (phase !== 'started') say(`  ${tool} (${way}, ${(elapsedMs / 1000).toFixed(0)} s): ${message}`);
        },
      });
      const tools = Object.values(found).map(({ name, version, foundBy }) => `${name} ${version} by ${foundBy}`);
      return { ok: true, note: tools.join(', ') };
    } catch (error) {
      if (!error.hint) throw error;
      return { ok: false, output: `${error.message}\n  Helps: ${error.hint}` };
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, onSignal);
    }
  },
};
