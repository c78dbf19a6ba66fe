import { expect, test } from 'vitest';
import { parseBootError } from './boot-error.ts';

// Each sample was printed by Node 24.

const CODE = '/srv/code';

function parse(printed: string, codeDirs: readonly string[] = [CODE]) {
  return parseBootError(printed.split('\n'), codeDirs);
}

test('syntax that is no TypeScript is located by the heading', () => {
  const found = parse(`node:internal/modules/run_main:107
    triggerUncaughtException(
    ^

file:///srv/code/src/bad-syntax.ts:2
export const y = 1;
const a: = 3;
         ^

SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Unexpected token \`=\`. Expected an identifier, void, yield
    at parseTypeScript (node:internal/modules/typescript:72:36)
    at processTypeScriptCode (node:internal/modules/typescript:146:42) {
  code: 'ERR_INVALID_TYPESCRIPT_SYNTAX'
}

Node.js v24.21.0`);
  expect(found?.location).toEqual({ file: 'src/bad-syntax.ts', line: 2, mentions: null });
  expect(found?.message).toContain('SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Unexpected token `=`.');
});

test('TypeScript that cannot be stripped is located by the heading', () => {
  const found = parse(`node:internal/modules/run_main:107
    triggerUncaughtException(
    ^

file:///srv/code/src/enum.ts:2
export const y = 1;
enum A { B }
^^^^^^^^^^^^
export const x = A.B;

SyntaxError [ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX]: TypeScript enum is not supported in strip-only mode
    at parseTypeScript (node:internal/modules/typescript:68:40) {
  code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
}

Node.js v24.21.0`);
  expect(found).toEqual({
    message: 'SyntaxError [ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX]: TypeScript enum is not supported in strip-only mode',
    location: { file: 'src/enum.ts', line: 2, mentions: null },
  });
});

test('an export that is not there is located at the import', () => {
  const found = parse(`file:///srv/code/src/missing-export.ts:2
import { nothere } from './enum.ts';
         ^^^^^^^
SyntaxError: The requested module './enum.ts' does not provide an export named 'nothere'
    at #asyncInstantiate (node:internal/modules/esm/module_job:455:21)
    at async ModuleJob.run (node:internal/modules/esm/module_job:553:5)

Node.js v24.21.0`);
  expect(found?.location).toEqual({ file: 'src/missing-export.ts', line: 2, mentions: null });
});

test('a missing file is blamed on the file that imports it', () => {
  const found = parse(`node:internal/modules/esm/resolve:272
    throw new ERR_MODULE_NOT_FOUND(
          ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/srv/code/src/nope.ts' imported from /srv/code/src/miss.ts
    at finalizeResolution (node:internal/modules/esm/resolve:272:11)
    at moduleResolve (node:internal/modules/esm/resolve:879:10) {
  code: 'ERR_MODULE_NOT_FOUND',
  url: 'file:///srv/code/src/nope.ts'
}

Node.js v24.21.0`);
  expect(found).toEqual({
    message: "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'src/nope.ts' imported from src/miss.ts",
    location: { file: 'src/miss.ts', line: null, mentions: 'nope.ts' },
  });
});

test('a missing package is blamed on the file that imports it', () => {
  const found = parse(`node:internal/modules/package_json_reader:331
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);
        ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad-xyz' imported from /srv/code/src/misspkg.ts
    at Object.getPackageJSONURL (node:internal/modules/package_json_reader:331:9) {
  code: 'ERR_MODULE_NOT_FOUND'
}

Node.js v24.21.0`);
  expect(found?.location).toEqual({ file: 'src/misspkg.ts', line: null, mentions: 'left-pad-xyz' });
});

test('an error thrown at import is located where it was thrown', () => {
  const found = parse(`file:///srv/code/src/thrower.ts:3
  throw new Error('config broken: DATABASE_URL missing');
        ^

Error: config broken: DATABASE_URL missing
    at f (file:///srv/code/src/thrower.ts:3:9)
    at file:///srv/code/src/thrower.ts:5:1
    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)

Node.js v24.21.0`);
  expect(found).toEqual({
    message: 'Error: config broken: DATABASE_URL missing',
    location: { file: 'src/thrower.ts', line: 3, mentions: null },
  });
});

test('an error thrown inside a package is located at the nearest frame of the code', () => {
  const found = parse(`/srv/node_modules/zod/v4/core/parse.js:40
        throw e;
        ^

ZodError: [ { "path": [ "PORT" ] } ]
    at file:///srv/node_modules/zod/v4/core/parse.js:40:15
    at readConfig (file:///srv/code/src/platform/config.ts:21:10)
    at file:///srv/code/bin/api.ts:9:16

Node.js v24.21.0`);
  expect(found?.location).toEqual({ file: 'src/platform/config.ts', line: 21, mentions: null });
});

test('an unhandled rejection is located by its stack', () => {
  const found = parse(`file:///srv/code/src/rej.ts:3
  throw new TypeError('nope');
        ^

TypeError: nope
    at f (file:///srv/code/src/rej.ts:3:9)

Node.js v24.21.0`);
  expect(found).toEqual({
    message: 'TypeError: nope',
    location: { file: 'src/rej.ts', line: 3, mentions: null },
  });
});

test('a rejection with something that is no error has a message and no place', () => {
  const found = parse(`node:internal/process/promises:392
      new UnhandledPromiseRejection(reason);
      ^

UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "#<Object>".
    at throwUnhandledRejectionsMode (node:internal/process/promises:392:7) {
  code: 'ERR_UNHANDLED_REJECTION'
}

Node.js v24.21.0`);
  expect(found?.message).toContain('The promise rejected with the reason "#<Object>".');
  expect(found?.location).toBeNull();
});

test('a thrown string is the message', () => {
  const found = parse(`
node:internal/modules/run_main:107
    triggerUncaughtException(
    ^
just a string
(Use \`node --trace-uncaught ...\` to show where the exception was thrown)

Node.js v24.21.0`);
  expect(found).toEqual({ message: 'just a string', location: null });
});

test('a top-level await that never ends is located by its warning', () => {
  const found = parse(`Warning: Detected unsettled top-level await at file:///srv/code/bin/api.ts:14
await start();
^


`);
  expect(found?.location).toEqual({ file: 'bin/api.ts', line: 14, mentions: null });
});

test('an error that the service logs with pino is read from its stack', () => {
  const stack = String.raw`Error: relation \"books\" does not exist\n    at load (file:///srv/code/src/books/warm.ts:12:9)`;
  const found = parse(`{"level":60,"err":{"type":"Error","message":"x","stack":"${stack}"},"msg":"cannot start"}`);
  expect(found).toEqual({
    message: 'Error: relation "books" does not exist',
    location: { file: 'src/books/warm.ts', line: 12, mentions: null },
  });
});

test('a folder with a space, which Node writes percent-encoded, is recognised', () => {
  const found = parse('Error: x\n    at file:///home/a%20b/code/bin/api.ts:3:1', ['/home/a b/code']);
  expect(found?.location).toEqual({ file: 'bin/api.ts', line: 3, mentions: null });
});

test('the real path of a linked folder is recognised too', () => {
  const found = parse('Error: x\n    at file:///private/code/bin/api.ts:3:1', ['/code', '/private/code']);
  expect(found?.location?.file).toBe('bin/api.ts');
});

test('nothing printed is no error', () => {
  expect(parse('')).toBeNull();
});
