import type { CheckResult, Evidence, Operation, Report, Sample, TimelineEvent } from '@lab/sdk';
import { judge } from '../../judge.ts';
import { check, evidence, finding, labFacts, operation, scenarioOf } from '../../testing/evidence.ts';

const phase = (name: string, beginMs: number, endMs: number): TimelineEvent[] => [
  { atMs: beginMs, event: 'phase', name, state: 'begin' },
  { atMs: endMs, event: 'phase', name, state: 'end' },
];

const link = { replica: 'api-1', dependency: 'redis-cache', what: 'requests' };

/** A small run in which everything that a page can show is there once. */
export const recordedRun: Evidence = evidence({
  timeline: [
    ...phase('prepare', 0, 900),
    ...phase('baseline', 900, 3_000),
    { atMs: 3_000, event: 'phase', name: 'disturb', state: 'begin' },
    { atMs: 4_100, event: 'fault', name: 'link-held', state: 'on', detail: link },
    { atMs: 4_300, event: 'hold', name: 'row lock', state: 'reached', detail: { withinMs: 12 } },
    { atMs: 4_700, event: 'fault', name: 'link-held', state: 'off', detail: link },
  ],
  experiments: [
    { experiment: 'plain-write', attempt: 1, reached: true, startMs: 3_100, endMs: 3_600, keys: [], facts: {} },
    {
      experiment: 'late-fill',
      attempt: 1,
      reached: false,
      note: 'no reader came',
      startMs: 3_700,
      endMs: 3_900,
      keys: [],
      facts: {},
    },
    { experiment: 'late-fill', attempt: 2, reached: true, startMs: 4_000, endMs: 5_000, keys: ['book-1'], facts: {} },
  ],
  exits: [{ part: 'api-3', atMs: 5_200, exitCode: 1, signal: null, tail: ['TypeError: no tea', ''] }],
  samples: [
    { atMs: 1_000, series: 'load.latency_p95_ms', value: 3.5, labels: { name: 'detail' } },
    { atMs: 2_000, series: 'load.latency_p95_ms', value: 8, labels: { name: 'detail' } },
    { atMs: 3_000, series: 'load.latency_p95_ms', value: 4.25, labels: { name: 'detail' } },
    { atMs: 3_000, series: 'database.statements', value: 18 },
  ],
  history: [
    operation({ id: 1, kind: 'write', client: 'writer', value: 1_300, startMs: 4_050, endMs: 4_250, requestId: 'r-1' }),
    operation({ id: 2, experiment: 'late-fill', startMs: 4_400, endMs: 4_410, requestId: 'r-2' }),
    operation({
      id: 3,
      view: 'list',
      startMs: 4_500,
      endMs: 4_900,
      outcome: 'unknown',
      status: 0,
      value: null,
      error: 'ECONNRESET',
    }),
    operation({
      id: 4,
      kind: 'write',
      startMs: 4_600,
      endMs: 4_605,
      outcome: 'fail',
      status: 409,
      value: 1_400,
      error: 'CONFLICT',
    }),
  ],
});

const checks = [
  check('steady-state', { title: 'The service answers at rest', experiments: [], points: 10 }),
  check('fresh', {
    title: 'No read is older than a write that was acknowledged before it',
    points: 60,
    judge: () => [
      finding({ atMs: 4_410, refs: { operations: [1, 2], experiment: 'late-fill', during: ['link held'] } }),
      finding({
        code: 'STALE_AT_END',
        atMs: null,
        message: 'One price was old at the end.',
        refs: { operations: [2, 99] },
      }),
    ],
  }),
  check('order', {
    title: 'Of two saves the later one stays',
    points: 30,
    judge: () => [
      finding({ code: 'NOT_REACHED', severity: 'inconclusive', message: 'No order was forced.', atMs: null, refs: {} }),
    ],
  }),
  check('noted', {
    title: 'Saves are taken',
    points: 0,
    judge: () => [
      finding({ code: 'ONE_SLOW', severity: 'note', message: 'One save was slow.', atMs: 5_000, refs: {} }),
    ],
  }),
  check('cut', { title: 'A cut cache is survived', experiments: ['cut'], points: 0 }),
];

/** Its report: a check of each status. */
export const recordedReport: Report = judge({
  scenario: scenarioOf(checks),
  evidence: recordedRun,
  subject: 'workspace',
  lab: labFacts,
  ignoredFiles: ['package.json'],
});

const hostile = `<script>alert(1)</script>]]>"'&amp;\u0000\u001b[31mred\u001b]0;title\u0007\u009b2J\uFFFE\uD800<!-- --><svg onload="x">`;

/** Every text replaced by one that tries to break out; words that a schema fixes stay. */
function poisoned<T>(value: T, fixed: ReadonlySet<string>): T {
  if (typeof value === 'string') return (fixed.has(value) ? value : `${value}${hostile}`) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => poisoned(item, fixed)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, fixed)])) as T;
}

const words = new Set([
  ...['lab.grade/1', 'passed', 'failed', 'rejected', 'inconclusive', 'not-applicable', 'failure', 'note'],
  ...['unpack', 'build', 'boot', 'phase', 'fault', 'change', 'log', 'hold', 'begin', 'end', 'on', 'off'],
  ...['read', 'write', 'ok', 'fail', 'unknown'],
]);

/** A rejection, a problem and ignored files at once: no run has all, and each must be inert. */
export const hostileReport: Report = poisoned(
  {
    ...recordedReport,
    rejection: { stage: 'boot', code: 'E_BOOT', message: 'It ended.', hint: 'npx tsc', file: 'src/a.ts', line: 1 },
    lab: {
      ...recordedReport.lab,
      problem: 'The echo server was late.',
      versions: { [hostile]: '1' },
      phases: { [hostile]: 1 },
    },
  },
  words,
);

export const hostileRun: Evidence = poisoned(recordedRun, words);

/** A run with many operations of many views, all of which failed and are named by findings. */
export function crowdedRun(count: number): { readonly report: Report; readonly evidence: Evidence } {
  const history: Operation[] = Array.from({ length: count }, (_item, index) =>
    operation({
      id: index + 1,
      view: ['detail', 'list', 'search'][index % 3] ?? 'detail',
      kind: index % 4 === 0 ? 'write' : 'read',
      startMs: index * 1.7,
      endMs: index * 1.7 + 40,
      requestId: `0b71ac3b-2d06-d79c-8954-${String(index).padStart(12, '0')}`,
      key: '0b71ac3b-2d06-d79c-8954-6bedcedaee6d',
      client: `reader-${index % 40}`,
      experiment: 'late-fill',
      ...(index % 10 === 0 ? { outcome: 'unknown', status: 0, error: 'ECONNRESET' } : {}),
    }),
  );
  const samples: Sample[] = history.map(({ startMs }, index) => ({
    atMs: startMs,
    series: 'load.latency_p95_ms',
    value: index % 50,
    labels: { name: `series-${index % 20}` },
  }));
  const findings: CheckResult['findings'] = recordedReport.checks
    .flatMap((one) => one.findings)
    .map((one) => ({
      ...one,
      refs: { ...one.refs, operations: history.map(({ id }) => id) },
    }));
  return {
    evidence: { ...recordedRun, history, samples },
    report: { ...recordedReport, checks: recordedReport.checks.map((one) => ({ ...one, findings })) },
  };
}
