import { expect, test } from 'vitest';
import type { Context } from './context.ts';
import { prepareTools, toolsOf, toolsOfEvery } from './prepare-tools.ts';
import { tinyScenario } from './testing/tiny-scenario.ts';

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

const withStore = () => {
  const scenario = tinyScenario();
  return { ...scenario, stack: { ...scenario.stack, parts: [...scenario.stack.parts, 's3', 'redis-limits'] as const } };
};

test('the object store is fetched for a scenario that names it only', () => {
  expect(toolsOf(tinyScenario())).toEqual(['postgres', 'toxiproxy', 'k6']);
  expect(toolsOf(withStore())).toEqual(['postgres', 'toxiproxy', 'versitygw', 'redis-server', 'k6']);
});

test('of all scenarios those count that can be loaded', async () => {
  const usual = ['postgres', 'redis-server', 'toxiproxy', 'k6'];
  const load = async (id: string) => {
    if (id === 'damaged') throw new SyntaxError('Unexpected token');
    return id === 'files' ? withStore() : tinyScenario();
  };
  const every = (...ids: string[]) => toolsOfEvery({ listScenarioIds: () => ids, loadScenario: load });
  expect(await every('damaged', 'tea')).toEqual(usual);
  expect(await every('damaged', 'tea', 'files')).toEqual([...usual, 'versitygw']);
});
