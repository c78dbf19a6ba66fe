import { resolve } from 'node:path';
import process from 'node:process';
import { killsMain } from '../src/kills/kills-main.ts';

// `npm run kills`: kills the lab and its parts at random moments, and looks for what is left.
const stop = new AbortController();
const onSignal = (signal: NodeJS.Signals): void => {
  if (!stop.signal.aborted) process.stderr.write('Stopping: what runs is being ended.\n');
  stop.abort(new Error(`Interrupted by ${signal}.`));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

process.exitCode = await killsMain({
  argv: process.argv.slice(2),
  env: process.env,
  repoRoot: resolve(import.meta.dirname, '..', '..', '..'),
  signal: stop.signal,
  print: (text) => void process.stdout.write(text),
  say: (line) => void process.stderr.write(`${line}\n`),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
