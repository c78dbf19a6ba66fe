import { spawn } from 'node:child_process';
import { EnvironmentError, UsageError } from '@lab/sdk';
import { errorCode } from './file-tree.ts';

export interface GitOptions {
  readonly cwd: string;
  readonly input?: string | Buffer;
  /** Added to the environment, as `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers and not failures. Default: 0 only. */
  readonly accepts?: (exitCode: number) => boolean;
  /** Default `git`. */
  readonly executable?: string;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const timeoutMs = 30_000;

/**
 * The learner's and the machine's git settings stay out: hooks, signing, line-end conversion and
 * templates would change what the lab commits or make it ask for a password.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.autocrlf=false',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'init.templateDir=',
  'gc.auto=0',
  'safe.directory=*',
  'user.name=Brownout',
  'user.email=lab@brownout.invalid',
].flatMap((setting) => ['-c', setting]);

function gitEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // GIT_DIR and its like are set inside hooks, and would point every call at another repository.
  // biome-ignore lint/style/noProcessEnv: a child process needs the PATH and HOME of this one; nothing is configured by it.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...extra,
  };
}

/**
 * Runs git and returns what it printed, as bytes: file contents may be in any encoding.
 *
 * @throws EnvironmentError `E_GIT_MISSING` when the machine has no git.
 * @throws UsageError `E_WORKSPACE_LOCKED` while another git command holds the index.
 * @throws Error with git's own words for an exit code that `accepts` does not take.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const result = await collect(args, options);
  const accepts = options.accepts ?? ((exitCode) => exitCode === 0);
  if (accepts(result.exitCode)) return result;
  if (result.stderr.includes('index.lock')) throw locked(options.cwd);
  throw new Error(`git ${args.join(' ')} ended with ${result.exitCode} in ${options.cwd}: ${result.stderr.trim()}`);
}

function collect(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>();
  const child = spawn(options.executable ?? 'git', [...settings, ...args], {
    cwd: options.cwd,
    env: gitEnvironment(options.env ?? {}),
    timeout: timeoutMs,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.on('error', (error) => reject(errorCode(error) === 'ENOENT' ? gitMissing(error) : error));
  child.on('close', (exitCode) =>
    resolve({ exitCode: exitCode ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
  );
  // git may end before it has read its input; its exit code tells more than EPIPE does.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return promise;
}

function locked(dir: string): UsageError {
  return new UsageError('E_WORKSPACE_LOCKED', {
    message: `Another git command is at work in ${dir}, or one ended badly and left .git/index.lock behind.`,
    hint: `wait for it to end; if none is running, remove ${dir}/.git/index.lock`,
  });
}

function gitMissing(cause: unknown): EnvironmentError {
  return new EnvironmentError('E_GIT_MISSING', {
    message: 'git was not found on the PATH; the workspace keeps its own history with it.',
    hint: 'install git (Debian and Ubuntu: apt-get install git; macOS: xcode-select --install), then run the command again',
    cause,
  });
}
