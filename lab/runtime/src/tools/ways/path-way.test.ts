import path from 'node:path';
import { expect, test } from 'vitest';
import { createToolSandbox } from '../testing/tool-sandbox.ts';
import { TOOL_TABLE } from '../tool-table.ts';
import { fromPath } from './path-way.ts';

test('a PostgreSQL without initdb beside it does not suit', async () => {
  await using sandbox = await createToolSandbox();
  const postgres = await sandbox.program('bin', 'postgres', 'postgres (PostgreSQL) 18.4');
  const context = sandbox.context('postgres', { PATH: path.dirname(postgres) });
  expect(await fromPath(context, TOOL_TABLE.postgres)).toEqual({
    outcome: expect.stringContaining('initdb is not beside it'),
  });
});

test('a whole PostgreSQL is found as its bin folder', async () => {
  await using sandbox = await createToolSandbox();
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    await sandbox.program('pg/bin', name, `${name} (PostgreSQL) 18.4`);
  }
  await sandbox.program('pg/lib', 'pg_stat_statements.so', '');
  const bin = path.join(sandbox.root, 'pg/bin');
  const context = sandbox.context('postgres', { PATH: bin });
  expect(await fromPath(context, TOOL_TABLE.postgres)).toEqual({ path: bin, version: '18.4' });
});

test('a Varnish needs its module xkey, which comes in a package of its own', async () => {
  await using sandbox = await createToolSandbox();
  const varnishd = await sandbox.program('usr/sbin', 'varnishd', 'varnishd (varnish-7.1.1 revision 7cee1c58)');
  const context = sandbox.context('varnish', { PATH: path.dirname(varnishd) });
  expect(await fromPath(context, TOOL_TABLE.varnish)).toEqual({
    outcome: `${varnishd}: its module xkey (varnish-modules) is not installed`,
  });
  await sandbox.program('usr/lib/x86_64-linux-gnu/varnish/vmods', 'libvmod_xkey.so', '');
  expect(await fromPath(context, TOOL_TABLE.varnish)).toEqual({ path: varnishd, version: '7.1.1' });
});

test('a program that does not tell its version does not suit', async () => {
  await using sandbox = await createToolSandbox();
  const toxiproxy = await sandbox.program('bin', 'toxiproxy-server', 'toxiproxy-server version git');
  const context = sandbox.context('toxiproxy', { PATH: path.dirname(toxiproxy) });
  expect(await fromPath(context, TOOL_TABLE.toxiproxy)).toEqual({
    outcome: expect.stringContaining('it does not tell its version (toxiproxy-server version git)'),
  });
});

test('folders of PATH that are not absolute are passed over', async () => {
  await using sandbox = await createToolSandbox();
  const context = sandbox.context('k6', { PATH: `.${path.delimiter}bin` });
  expect(await fromPath(context, TOOL_TABLE.k6)).toEqual({ outcome: 'no k6 there' });
});
