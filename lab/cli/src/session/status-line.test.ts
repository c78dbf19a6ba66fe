import { describe, expect, test } from 'vitest';
import { createOutput } from '../output/output.ts';
import { createPaint } from '../output/paint.ts';
import { createTestIo } from '../testing/test-io.ts';
import type { SessionStatus } from './reporter.ts';
import { createStatusLine, renderStatus } from './status-line.ts';

const status: SessionStatus = {
  running: true,
  labPid: 1,
  run: 'r',
  scenario: 'stale-tea',
  phase: 'load',
  parts: [],
  replicas: ['api-1', 'api-2', 'api-3'].map((name) => ({ name, up: true, pid: 1, url: null })),
  load: { requestsPerSecond: 198, failedPerSecond: 0, p50Ms: 3, p99Ms: 12.4, databaseStatementsPerSecond: 431 },
  workspace: '/w',
  uptimeMs: 1,
  port: 1,
  problem: null,
  faults: [],
  lastChange: { paths: ['src/kettle.ts'], agoMs: 4_000, tookMs: 500 },
};
const plain = { paint: createPaint(false), p99History: [1, 2, null, 12] };

test('the line names load, latency, errors, statements, replicas and the last change', () => {
  expect(renderStatus(status, { ...plain, width: 110 })).toBe(
    'stale-tea  under load  198 req/s  p99 12 ms  0 errors/s  431 statements/s  3/3 up  src/kettle.ts saved 4 s ago',
  );
});

test('a wide terminal has room for the course of p99', () => {
  expect(renderStatus(status, { ...plain, width: 160 })).toMatch(/ {2}▁▂ █$/);
});

test('a narrow terminal gets whole cells only', () => {
  expect(renderStatus(status, { ...plain, width: 40 })).toBe('stale-tea  under load  198 req/s');
});

test('a replica that is down shows, and so does why', () => {
  const down = {
    ...status,
    phase: 'code-does-not-boot' as const,
    replicas: status.replicas.map((replica, index) => ({ ...replica, up: index > 0 })),
    problem: 'src/kettle.ts:4: Unexpected token\n more',
  };
  const line = renderStatus(down, { ...plain, width: 200 });
  expect(line).toContain('your code does not boot');
  expect(line).toContain('2/3 up  src/kettle.ts:4: Unexpected token');
});

describe('a fault', () => {
  const fault = {
    id: 'link-latency',
    target: 'api-1:redis-cache',
    parameters: { latencyMs: 200 },
    state: 'on' as const,
    leftMs: 12_200,
    measured: 'x',
  };

  test('is named before the figures, with the time that is left', () => {
    expect(renderStatus({ ...status, faults: [fault] }, { ...plain, width: 90 })).toBe(
      'stale-tea  under load  fault: link-latency api-1:redis-cache 12 s left  198 req/s',
    );
  });

  test('that stays beyond its time is said to', () => {
    const line = renderStatus({ ...status, faults: [{ ...fault, state: 'stays' }] }, { ...plain, width: 90 });
    expect(line).toContain('fault: link-latency api-1:redis-cache should be over');
  });

  test('stands for the others where there are several', () => {
    const line = renderStatus({ ...status, faults: [fault, fault, fault] }, { ...plain, width: 100 });
    expect(line).toContain('12 s left and 2 more');
  });
});

describe('on the screen', () => {
  test('a terminal has one line rewritten', () => {
    const io = createTestIo({ isTTY: true });
    const line = createStatusLine(createOutput(io, { json: false, quiet: false }), () => 60);
    line.update(status);
    line.update(status);
    expect(io.err().split('\n')).toHaveLength(1);
    expect(io.err().split('\r')).toHaveLength(3);
  });

  test('without a terminal there is a line every ten seconds', () => {
    const io = createTestIo();
    const line = createStatusLine(createOutput(io, { json: false, quiet: false }), () => 60);
    for (let second = 0; second < 25; second += 1) line.update(status, second * 1_000);
    expect(io.err().trimEnd().split('\n')).toHaveLength(3);
  });

  test('a remark stands above the line', () => {
    const io = createTestIo({ isTTY: true });
    const line = createStatusLine(createOutput(io, { json: false, quiet: false }), () => 60);
    line.update(status);
    line.print('api-1 ended.');
    expect(io.err().endsWith('\r\u001b[2Kapi-1 ended.\n')).toBe(true);
  });
});
