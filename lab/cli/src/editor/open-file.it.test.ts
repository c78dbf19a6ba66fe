import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { fitting } from '../testing/fits-schema.ts';
import { createTestIo, type TestIo } from '../testing/test-io.ts';
import { filesDocument, openOrdered } from './editor-orders.ts';
import type { KnownFile } from './known-files.ts';

let lab: FakeLab;
let workspace: string;
/** Writes down what it was given, each argument on a line of its own. */
let editor: string;
const given = () => readFile(join(lab.repoRoot, 'given'), 'utf8').catch(() => '');

beforeEach(async () => {
  lab = await createFakeLab();
  workspace = join(lab.labDir, 'workspace', 'stale-tea');
  await mkdir(join(workspace, 'src', 'deep'), { recursive: true });
  for (const path of ['src/kettle.ts', 'src/cup.ts', 'src/deep/cup.ts']) await writeFile(join(workspace, path), '');
  editor = join(lab.repoRoot, 'my-editor');
  const given = join(lab.repoRoot, 'given');
  await writeFile(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > ${given}.new\nmv ${given}.new ${given}\n`, { mode: 0o755 });
});

const ioWith = (env: Record<string, string>): TestIo => createTestIo({ env });
const contextWith = (env: Record<string, string>): Context => ({ ...lab, io: ioWith(env) }) as unknown as Context;

async function files(): Promise<readonly KnownFile[]> {
  const document = (await filesDocument(contextWith({}), 'stale-tea')) as { files: readonly KnownFile[] };
  return document.files;
}
async function idOf(path: string): Promise<string> {
  return (await files()).find((file) => file.path === path)?.id ?? '';
}

describe('from the command line', () => {
  test('a file is opened by its name, or by an end of it that only one has', async () => {
    const { exit, out } = await runFake(lab, 'open --file kettle.ts', ioWith({ LAB_EDITOR: `${editor} --new` }));
    expect(exit).toBe(0);
    expect(out).toBe(`${join(workspace, 'src/kettle.ts')}\n`);
    expect(await given()).toBe(`--new\n${join(workspace, 'src/kettle.ts')}\n`);
  });

  test('a program is given the command with the line, as the schema has it', async () => {
    const env = { EDITOR: '/usr/bin/vim' };
    const { out } = await runFake(lab, 'open --file src/cup.ts:12 --json', ioWith(env));
    const file = join(workspace, 'src/cup.ts');
    expect(fitting('lab.open.1', out)).toMatchObject({ file, opened: false, command: `/usr/bin/vim +12 ${file}` });
  });

  test('without a terminal an editor that needs one is told, not started', async () => {
    const whole = await runFake(lab, 'open stale-tea --file src/cup.ts:3', ioWith({ EDITOR: 'nano' }));
    expect(whole.out).toBe(`nano +3 ${join(workspace, 'src/cup.ts')}\n`);
  });

  test.each([
    ['a name that two have', 'open --file cup.ts', /names 2 files[\s\S]*src\/cup.ts or src\/deep\/cup.ts/],
    ['a name that none has', 'open --file src/kettel.ts', /Did you mean src\/kettle.ts/],
    ['a path out of the workspace', 'open --file ../../../given', /has no file/],
    ['a path of the machine', 'open --file /etc/passwd', /has no file/],
    ['the console with a file', 'open --console --file cup.ts', /do not go together/],
  ])('%s exits 64', async (_what, line, said) => {
    const { exit, err } = await runFake(lab, line, ioWith({ LAB_EDITOR: editor }));
    expect(exit).toBe(64);
    expect(err).toMatch(said);
    expect(await given()).toBe('');
  });

  test('without an editor, and with one that is not there, it says what to set', async () => {
    for (const env of [{ PATH: '/nowhere' }, { LAB_EDITOR: '/nowhere/editor' }]) {
      const { exit, err } = await runFake(lab, 'open --file kettle.ts', ioWith(env));
      expect(exit).toBe(69);
      expect(err).toContain('LAB_EDITOR');
    }
  });
});

describe('from a page', () => {
  const order = async (change: Record<string, unknown> = {}, env: Record<string, string> = { LAB_EDITOR: editor }) =>
    openOrdered(contextWith(env), { scenario: 'stale-tea', id: await idOf('src/kettle.ts'), ...change });

  test('a file is opened by its id; those to read first are named first', async () => {
    expect(await order()).toEqual({ opened: true, editor: 'my-editor' });
    expect(await given()).toBe(`${join(workspace, 'src/kettle.ts')}\n`);
    expect((await files()).map(({ path, isStart }) => [path, isStart])).toEqual([
      ['src/kettle.ts', true],
      ['src/cup.ts', false],
      ['src/deep/cup.ts', false],
    ]);
  });

  test('an editor that needs a terminal is not started, and the command to type is told', async () => {
    const refusal = { code: 'E_TERMINAL_EDITOR', hint: 'npx lab open stale-tea --file src/kettle.ts:7' };
    await expect(order({ line: 7 }, { EDITOR: 'vim' })).rejects.toMatchObject(refusal);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a path in place of an id', { id: '../../../../etc/passwd' }],
    ['a path of the workspace in place of an id', { id: 'src/kettle.ts' }],
    ['a path beside the id', { path: '/etc/passwd' }],
    ['a file beside the id', { file: '/etc/passwd' }],
    ['a scenario that is a path', { scenario: '../stale-tea' }],
    ['a scenario that is a command', { scenario: 'a;id' }],
    ['a line that is a command', { line: '1; id' }],
    ['a line below the first', { line: 0 }],
    ['an editor', { editor: '/bin/sh' }],
    ['no id', { id: undefined }],
  ])('%s is refused', async (_what, change) => {
    await expect(order(change)).rejects.toMatchObject({ name: 'UsageError', code: 'E_BODY' });
    expect(await given()).toBe('');
  });

  test.each([null, [], 'x', 7])('the order %j is refused', async (body) => {
    await expect(openOrdered(contextWith({ LAB_EDITOR: editor }), body)).rejects.toMatchObject({ code: 'E_BODY' });
  });

  test('an id that no file has, and a scenario that is none, open nothing', async () => {
    await expect(order({ id: '0123456789abcdef' })).rejects.toMatchObject({ code: 'E_FILE_UNKNOWN' });
    await expect(order({ scenario: 'no-such' })).rejects.toMatchObject({ code: 'E_SCENARIO_UNKNOWN' });
    expect(await given()).toBe('');
  });

  test('a link that leads out of the workspace is no file of it, nor is what is behind a linked folder', async () => {
    await symlink('/etc/passwd', join(workspace, 'src', 'link.ts'));
    await symlink('/etc', join(workspace, 'src', 'folder'));
    expect((await files()).map(({ path }) => path)).not.toContain('src/link.ts');
    expect((await files()).filter(({ path }) => path.startsWith('src/folder'))).toEqual([]);
  });

  test.each(['$(touch pwned).ts', '`id`;rm -rf .ts', 'a\'b"c.ts', '--wait', 'a\nb.ts', '%USERPROFILE%&x.ts'])(
    'a file called %j is one argument, whatever is in its name',
    async (name) => {
      await writeFile(join(workspace, 'src', name), '');
      await order({ id: await idOf(`src/${name}`) });
      expect(await given()).toBe(`${join(workspace, 'src', name)}\n`);
      const told = order({ id: await idOf(`src/${name}`) }, { EDITOR: 'vim' });
      // As one word of a shell, where it is typed.
      const word = `'src/${name.replaceAll("'", String.raw`'\''`)}'`;
      await expect(told).rejects.toMatchObject({
        hint: `npx lab open stale-tea --file ${name === '--wait' ? 'src/--wait' : word}`,
      });
    },
  );
});
