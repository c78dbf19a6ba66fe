import { expect, test } from 'vitest';
import { parseBackfillArguments } from './backfill-arguments.ts';
import { BACKFILLS } from './backfills.ts';

const [backfill] = BACKFILLS;
const name = backfill?.name ?? '';
const parse = (line: string) => parseBackfillArguments(line.split(' ').filter(Boolean), BACKFILLS);

test('a run knows what to fill', () => {
  expect(parse(`run ${name}`)).toEqual({ command: 'run', backfill, again: false, metricsFile: undefined });
  expect(parse(`run ${name} --again --metrics-file fill.prom`)).toMatchObject({
    again: true,
    metricsFile: 'fill.prom',
  });
});

test('pause and resume name a backfill; status names none', () => {
  expect(parse(`pause ${name}`)).toEqual({ command: 'pause', name });
  expect(parse(`resume ${name}`)).toEqual({ command: 'resume', name });
  expect(parse('status')).toEqual({ command: 'status' });
});

test.each(['', 'run', 'run none-such', `stop ${name}`, `run ${name} ${name}`, `status ${name}`, `run ${name} --fast`])(
  '"%s" is answered with the usage and the names',
  (line) => {
    expect(() => parse(line)).toThrow(`Names: ${name}`);
  },
);
