import { expect, test } from 'vitest';
import type { Context } from './context.ts';
import { prepareTools } from './prepare-tools.ts';

function contextWith(tried: readonly { way: string; outcome: string }[]): Context {
  const runtime = {
    ensureCacheFolder: async () => '/cache',
    resolveTools: async () => ({ k6: { name: 'k6', path: '/k6', version: '2.2.0', foundBy: 'release', tried } }),
  };
  return {
    io: { env: {} },
    signal: new AbortController().signal,
    services: { runtime: async () => runtime },
  } as unknown as Context;
}

test('a cached tool that was damaged is told, with what became of it', async () => {
  const said: string[] = [];
  const tried = [
    { way: 'path', outcome: 'no k6 on PATH' },
    { way: 'cache', outcome: '/cache/tools/k6 is damaged: k6 has 3 bytes instead of 9' },
  ];
  await prepareTools(contextWith(tried), ['k6'], { onRemark: (text) => said.push(text) });
  expect(said).toEqual([
    '/cache/tools/k6 is damaged: k6 has 3 bytes instead of 9. k6 2.2.0 was fetched again (release).',
  ]);
});

test('a tool that was not there is no remark', async () => {
  const said: string[] = [];
  await prepareTools(contextWith([{ way: 'cache', outcome: 'not in /cache/tools/k6' }]), ['k6'], {
    onRemark: (text) => said.push(text),
  });
  expect(said).toEqual([]);
});
