import process from 'node:process';
import { BootstrapFailure, explain } from './failure.mjs';
import { findNode } from './find-node.mjs';
import { runScript } from './hand-over.mjs';

/**
 * Runs a script of ours again under a Node that can run it; says what helps where there is none.
 * @param {string} script
 * @param {readonly string[]} args
 */
export async function runUnderRightNode(script, args) {
  try {
    await runScript(await findNode(process.env), script, args);
  } catch (error) {
    if (!(error instanceof BootstrapFailure)) throw error;
    process.stderr.write(explain(error));
    process.exitCode = error.exitCode;
  }
}
