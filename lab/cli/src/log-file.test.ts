import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLog } from './log-file.ts';

test('a line for people is told, and logged as every other', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lab-log-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const said: string[] = [];
  const log = openLog(dir, (sentence) => said.push(sentence));
  log.info({ part: 'postgres' }, 'part spawned');
  log.warn({ part: 'postgres', forPeople: 'The template is damaged.' }, 'template damaged');
  expect(said).toEqual(['The template is damaged.']);
  const lines = (await readFile(join(dir, 'lab.log'), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['part spawned', 'template damaged']);
});
