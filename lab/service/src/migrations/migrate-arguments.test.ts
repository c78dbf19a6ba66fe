import { expect, test } from 'vitest';
import { parseMigrateArguments } from './migrate-arguments.ts';

const parse = (line: string) => parseMigrateArguments(line.split(' ').filter(Boolean));

test('a run knows its direction, target, patience and metrics file', () => {
  expect(parse('up --to 12 --patience 90 --metrics-file migrations.prom')).toEqual({
    command: 'run',
    request: { direction: 'up', to: 12, destructive: false },
    patienceMs: 90_000,
    metricsFile: 'migrations.prom',
  });
  expect(parse('down --destructive')).toMatchObject({ request: { direction: 'down', destructive: true } });
});

test.each(['plan', 'metrics'])('%s takes nothing else', (command) => {
  expect(parse(command)).toEqual({ command });
  expect(() => parse(`${command} --to 3`)).toThrow('Use one of these');
});

test.each([
  ['', 'Use one of these'],
  ['sideways', 'Use one of these'],
  ['up up', 'Use one of these'],
  ['up --force', 'Use one of these'],
  ['up --to first', '--to takes a whole number'],
  ['up --patience -1', 'Use one of these'],
  ['up --destructive', 'Only the way down'],
])('"%s" is refused', (line, message) => {
  expect(() => parse(line)).toThrow(message);
});
