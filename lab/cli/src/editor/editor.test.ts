import { expect, test } from 'vitest';
import { editorArguments, editorOf, namedEditor } from './editor.ts';

test('LAB_EDITOR goes before VISUAL, and VISUAL before EDITOR; one that is empty names none', () => {
  const env = { LAB_EDITOR: 'zed', VISUAL: 'code', EDITOR: 'vi' };
  expect(namedEditor(env)?.name).toBe('zed');
  expect(namedEditor({ ...env, LAB_EDITOR: ' ' })?.name).toBe('code');
  expect(namedEditor({ EDITOR: 'vi' })?.name).toBe('vi');
  expect(namedEditor({ EDITOR: '' })).toBeNull();
});

test('an editor may bring arguments, and spaces in quotation marks; nothing in it is a command of a shell', () => {
  expect(namedEditor({ EDITOR: '"/opt/my editor/code" --wait' })).toMatchObject({
    program: '/opt/my editor/code',
    args: ['--wait'],
    name: 'code',
  });
  expect(namedEditor({ EDITOR: "x '$(id)' ; rm -rf" })).toMatchObject({
    program: 'x',
    args: ['$(id)', ';', 'rm', '-rf'],
  });
});

test.each([
  ['vim', [], true],
  ['/usr/bin/nano', [], true],
  ['emacs', [], false],
  ['emacs', ['-nw'], true],
  ['emacsclient', ['-t'], true],
  ['code', ['--wait'], false],
  ['gedit', [], false],
])('%s %j needs a terminal: %s', (program, args, isTerminal) => {
  expect(editorOf(program, args).isTerminal).toBe(isTerminal);
});

test.each([
  ['code', ['--goto', '/w/a.ts:12']],
  ['subl', ['/w/a.ts:12']],
  ['webstorm', ['--line', '12', '/w/a.ts']],
  ['nvim', ['+12', '/w/a.ts']],
  ['gedit', ['+12', '/w/a.ts']],
  ['unheard-of', ['/w/a.ts']],
])('%s is shown the line as it takes it', (program, args) => {
  expect(editorArguments(editorOf(program), '/w/a.ts', 12)).toEqual(args);
  expect(editorArguments(editorOf(program, ['-x']), '/w/a.ts', null)).toEqual(['-x', '/w/a.ts']);
});
