// The way in: `npm start`, `npm test`, `npm run check`. Runs on any Node from 20 on, before anything is
// installed, so this file and all of lab/bootstrap/ import nothing but Node itself.
import process from 'node:process';
import { BootstrapFailure, explain } from './bootstrap/failure.mjs';
import { runCommandLine } from './bootstrap/hand-over.mjs';

try {
  await runCommandLine(process.argv.slice(2));
} catch (error) {
  const isOurs = !(error instanceof BootstrapFailure);
  // Node's own exit code for what nobody caught is 1, which would say that the learner's code has failed.
  process.stderr.write(isOurs ? `The lab has a bug: ${error?.stack ?? error}\n` : explain(error));
  process.exitCode = isOurs ? 70 : error.exitCode;
}
