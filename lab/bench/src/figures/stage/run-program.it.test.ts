import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { lastWords, runProgram } from './run-program.ts';

const limitMs = 20_000;
const idle = new AbortController().signal;

function node(code: string, options: { signal?: AbortSignal; limitMs?: number; graceMs?: number } = {}) {
  const usual = { cwd: tmpdir(), env: process.env, signal: idle, limitMs };
  return runProgram(process.execPath, ['-e', code], { ...usual, ...options });
}

test('any exit code is a result, with what was said and when', async () => {
  const result = await node(`console.log('one'); console.error('a\\n\\nb'); process.exitCode = 3;`);
  expect(result).toMatchObject({ exitCode: 3, stdout: 'one\n', stderr: 'a\n\nb\n' });
  expect(result.firstWordMs).toBeLessThanOrEqual(result.tookMs);
  expect(lastWords(result)).toBe('a | b');
});

test('a program over its limit is asked to end, then killed, and told by name', async () => {
  const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
  await expect(node(deaf, { limitMs: 500, graceMs: 300 })).rejects.toMatchObject({ code: 'E_BENCH_LIMIT' });
});

test('an interrupted program cleans up before the wait for it ends', async () => {
  const stop = new AbortController();
  const told = `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 200)); console.log('up'); setInterval(() => {}, 1000);`;
  const running = node(told, { signal: stop.signal });
  const beganMs = performance.now();
  setTimeout(() => stop.abort(new Error('interrupted')), 1_000);
  await expect(running).rejects.toThrow('interrupted');
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1_150);
});

test('a program that is not there is an error', async () => {
  const options = { cwd: tmpdir(), env: process.env, signal: idle, limitMs };
  await expect(runProgram('/no/such/program', [], options)).rejects.toThrow('ENOENT');
});
