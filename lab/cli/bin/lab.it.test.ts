import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, 'lab.mjs');

function startLab(argv: readonly string[], preload: string) {
  const code = `data:text/javascript,${encodeURIComponent(preload)}`;
  return spawn(process.execPath, ['--import', code, program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('a reader that has gone away is no error', async () => {
  const lab = startLab(['list', '--json'], '');
  lab.stdout.destroy();
  let said = '';
  lab.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [exitCode] = await once(lab, 'close');
  expect(said).toBe('');
  expect(exitCode).toBe(0);
});

test('an error that nobody caught is a bug of the lab, and no verdict', async () => {
  const lab = startLab(['list'], "process.once('beforeExit', () => { throw new Error('got loose'); });");
  lab.stdout.resume();
  let said = '';
  lab.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [exitCode] = await once(lab, 'close');
  expect(said).toContain('The lab has a bug: Error: got loose');
  expect(exitCode).toBe(70);
});
