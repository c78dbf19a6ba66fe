import { cpus, release, totalmem } from 'node:os';
import type { BenchDocument, MachineFacts } from '../report/document.ts';
import { runProgram } from './stage/run-program.ts';

export function machineFacts(tools: Readonly<Record<string, string>>): MachineFacts {
  const processors = cpus();
  return {
    platform: `${process.platform}-${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    tools: { ...tools },
  };
}

const limitMs = 10_000;

/** The commit that is measured, and whether files differ from it. Null without git, or outside a checkout. */
export async function readCommit(options: {
  readonly repoRoot: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<BenchDocument['commit']> {
  const { repoRoot: cwd, env, signal } = options;
  const git = async (...args: string[]): Promise<string | null> => {
    const result = await runProgram('git', args, { cwd, env, signal, limitMs }).catch(() => null);
    return result?.exitCode === 0 ? result.stdout.trim() : null;
  };
  const id = await git('rev-parse', 'HEAD');
  // Without a look's usual side effect, the refreshed index: somebody may be committing.
  const changed = await git('--no-optional-locks', 'status', '--porcelain');
  signal.throwIfAborted();
  return id === null || changed === null ? null : { id, isChanged: changed !== '' };
}
