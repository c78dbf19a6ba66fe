#!/usr/bin/env node
// Starts the command line under a Node that runs TypeScript. Kept small: this is on the way to every answer.
// Not by name: Node 20 lacks `enableCompileCache`, and gets this far.
import module from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// Node's own answer would be exit code 1, which says that the learner's code has failed.
process.on('uncaughtException', (error) => {
  process.stderr.write(`The lab has a bug: ${error?.stack ?? error}\n`);
  process.exit(70);
});
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    // Whoever read this has gone away, as `head` does: nothing is left to say.
    if (error.code !== 'EPIPE') throw error;
  });
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // In the repository's own folder: the default place is shared by every user of the machine.
  module.enableCompileCache(fileURLToPath(new URL('../../../.lab/compile-cache', import.meta.url)));
  try {
    const { main } = await import('../src/main.ts');
    process.exitCode = await main(process.argv.slice(2), { env: process.env });
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !/Cannot find package/.test(error.message)) throw error;
    process.stderr.write(`The packages of the lab are not installed.\n  Why:   ${error.message}\n  Helps: npm start\n`);
    process.exitCode = 69;
  }
} else {
  const { runUnderRightNode } = await import('../../bootstrap/under-right-node.mjs');
  await runUnderRightNode(fileURLToPath(import.meta.url), process.argv.slice(2));
}
