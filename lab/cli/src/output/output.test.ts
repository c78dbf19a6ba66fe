import { describe, expect, test } from 'vitest';
import { createTestIo } from '../testing/test-io.ts';
import { alignColumns } from './columns.ts';
import { duration, milliseconds, perSecond, plural, seconds, sparkline } from './figures.ts';
import { createOutput } from './output.ts';
import { canRewrite, createPaint, visibleLength, wantsColor, withoutControls } from './paint.ts';
import { createTasks } from './tasks.ts';

const terminal = { write: () => undefined, isTTY: true };
const pipe = { write: () => undefined, isTTY: false };

describe('colour', () => {
  test.each([
    [{}, terminal, true],
    [{}, pipe, false],
    [{ NO_COLOR: '1' }, terminal, false],
    [{ NO_COLOR: '' }, terminal, true],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
    [{ FORCE_COLOR: '1' }, pipe, true],
    [{ FORCE_COLOR: '0' }, terminal, false],
    [{ TERM: 'dumb' }, terminal, false],
  ])('with %j is decided', (env, output, expected) => {
    expect(wantsColor(env, output)).toBe(expected);
  });

  test('a dumb terminal has no line rewritten', () => {
    expect(canRewrite({ TERM: 'dumb' }, terminal)).toBe(false);
  });

  test('does not count as width', () => {
    expect(visibleLength(createPaint(true).red('tea'))).toBe(3);
  });

  test('of other programs is taken out, with all that steers a terminal', () => {
    expect(withoutControls('\u001b[31mred\u001b[0m\u0007\u001b]0;title\u0007 tea\n')).toBe('red]0;title tea\n');
  });
});

test('columns line up, and the last one is not padded', () => {
  expect(
    alignColumns([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toEqual(['a    bb', 'ccc  d']);
});

test('figures carry their units', () => {
  expect([seconds(3_449), milliseconds(9.96), milliseconds(12.4), milliseconds(null)]).toEqual([
    '3.4 s',
    '10.0 ms',
    '12 ms',
    '– ms',
  ]);
  expect([perSecond(0), perSecond(0.4), perSecond(198.2)]).toEqual(['0', '0.4', '198']);
  expect([duration(59_000), duration(61_000), duration(3_660_000)]).toEqual(['59 s', '1 min 1 s', '1 h 1 min']);
  expect([plural(1, 'run'), plural(2, 'run')]).toEqual(['1 run', '2 runs']);
  expect(sparkline([0, 4, null, 8], 4)).toBe('▁▅ █');
});

describe('tasks', () => {
  test('are one line each, with seconds, where there is no terminal', () => {
    const io = createTestIo();
    let now = 0;
    const tasks = createTasks(createOutput(io, { json: false, quiet: false }), () => now);
    tasks.begin('Boil');
    now = 1_500;
    tasks.done('hot');
    tasks.begin('Pour');
    tasks.failed();
    expect(io.err().split('\n')).toEqual([
      expect.stringMatching(/^✓ Boil +1\.5 s {2}hot$/),
      expect.stringMatching(/^✗ Pour +0\.0 s$/),
      '',
    ]);
  });

  test('are rewritten in place on a terminal', () => {
    const io = createTestIo({ isTTY: true });
    const tasks = createTasks(createOutput(io, { json: false, quiet: false }), () => 0);
    tasks.begin('Boil');
    tasks.note('80 °C');
    tasks.done();
    expect(io.err().split('\n')).toHaveLength(2);
  });

  test('say nothing with --quiet', () => {
    const io = createTestIo();
    const tasks = createTasks(createOutput(io, { json: false, quiet: true }), () => 0);
    tasks.begin('Boil');
    tasks.done();
    expect(io.err()).toBe('');
  });
});
