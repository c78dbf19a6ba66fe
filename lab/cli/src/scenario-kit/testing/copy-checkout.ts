import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..', '..');
const leftOut = new Set(['.git', '.lab', 'node_modules', 'proof.json']);

export interface ProgramResult {
  readonly exit: number | null;
  readonly out: string;
  /** What it said on both streams, for a test that fails. */
  readonly said: string;
}

/** A copy of this checkout that a test may write into: its packages are its own, what is installed is shared. */
export interface CopiedCheckout extends AsyncDisposable {
  readonly root: string;
  /** Runs a file of the copy, as `node_modules/.bin/tsc`, in its root; killed after `limitMs`. */
  run(file: string, args: readonly string[], limitMs: number): Promise<ProgramResult>;
}

export async function copyCheckout(): Promise<CopiedCheckout> {
  const root = await mkdtemp(join(tmpdir(), 'brownout-copy-'));
  await cp(repoRoot, root, { recursive: true, filter: (path) => path === repoRoot || !leftOut.has(basename(path)) });
  await linkModules(join(root, 'node_modules'));
  return {
    root,
    run: (file, args, limitMs) => runNode([join(root, file), ...args], root, limitMs),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The lab's own packages are links into the checkout that they stand in, so the copy gets links of its own. */
async function linkModules(target: string): Promise<void> {
  const installed = join(repoRoot, 'node_modules');
  await mkdir(join(target, '@lab'), { recursive: true });
  const names = await readdir(installed);
  const shared = names.filter((name) => name !== '@lab' && (name === '.bin' || !name.startsWith('.')));
  await Promise.all(shared.map((name) => symlink(join(installed, name), join(target, name))));
  for (const name of await readdir(join(installed, '@lab'))) {
    await symlink(await readlink(join(installed, '@lab', name)), join(target, '@lab', name));
  }
}

async function runNode(argv: readonly string[], cwd: string, limitMs: number): Promise<ProgramResult> {
  const child = spawn(process.execPath, argv, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const said: string[] = [];
  const out: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk.toString());
    said.push(chunk.toString());
  });
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const { promise, resolve: settle, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', settle);
  return { exit: await promise, out: out.join(''), said: said.join('') };
}
