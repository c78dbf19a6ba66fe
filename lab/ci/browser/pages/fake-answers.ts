export const gradedRun = '20260101-000002-0000';
const referenceRun = '20260101-000003-0000';

const listed = [
  {
    run: gradedRun,
    grade: null,
    kind: 'grade',
    scenario: 'stale-tea',
    subject: 'workspace',
    verdict: 'failed',
    score: 40,
    maxScore: 100,
  },
  {
    run: referenceRun,
    grade: null,
    kind: 'grade',
    scenario: 'stale-tea',
    subject: 'reference',
    verdict: 'passed',
    score: 100,
    maxScore: 100,
  },
  {
    run: '20260101-000001-0000',
    grade: null,
    kind: 'practice',
    scenario: null,
    subject: null,
    verdict: null,
    score: null,
    maxScore: null,
  },
];

const faults = {
  scenario: 'stale-tea',
  active: [],
  faults: [
    {
      id: 'network-slow',
      title: 'A link is slow',
      about: 'Every answer over the link comes later.',
      isOneShot: false,
      isAvailable: true,
      reason: null,
      targets: ['api-1:redis-cache', 'api-2:redis-cache'],
      notTargets: [],
      parameters: [{ name: 'delay-ms', about: 'How much later.', usual: 250, takes: 'a whole number from 1 to 5000' }],
    },
  ],
};

function report(run: string, isGood: boolean, subject: string) {
  const finding = {
    code: 'stale-read',
    severity: 'failure',
    message: 'A price was read that had been replaced 4.2 s before. <script>alert(1)</script>',
    measured: { text: '4.2 s old', value: 4.2, unit: 's' },
    expected: { text: 'at most 1 s old' },
    at: 12_400,
    refs: { operations: [7] },
    lesson: 'lessons/caching#stale-reads',
  };
  return {
    schema: 'lab.grade/1',
    scenario: 'stale-tea',
    subject,
    verdict: isGood ? 'passed' : 'failed',
    score: isGood ? 100 : 40,
    maxScore: 100,
    seed: 7,
    checks: [
      {
        id: 'stale-tea/steady-state',
        title: 'The shop answers its daily load',
        status: 'passed',
        points: 40,
        maxPoints: 40,
        findings: [],
      },
      {
        id: 'stale-tea/stale-reads',
        title: 'A price that was replaced is not shown',
        status: isGood ? 'passed' : 'failed',
        points: isGood ? 60 : 0,
        maxPoints: 60,
        findings: isGood ? [] : [finding],
      },
    ],
    rejection: null,
    ignoredFiles: [],
    lab: {
      run,
      problem: null,
      machine: { platform: 'linux-x64', cores: 2, memoryGiB: 8, node: 'v24' },
      versions: {},
      load: { planned: 300, delivered: 300, dropped: 0 },
      phases: {},
    },
  };
}

function grade(run: string, subject: string) {
  const isGood = subject === 'reference';
  return {
    kind: 'grade',
    run,
    grade: null,
    report: report(run, isGood, subject),
    timeline: [
      { kind: 'phase', name: 'baseline', startMs: 2_000, endMs: 5_000, text: null },
      { kind: 'phase', name: 'disturb', startMs: 5_000, endMs: 20_000, text: null },
      { kind: 'fault', name: 'cache-cut', startMs: 9_000, endMs: 13_000, text: 'redis-cache' },
      { kind: 'experiment', name: 'plain-write', startMs: 6_000, endMs: 8_000, text: null },
    ],
    operations: isGood
      ? []
      : [
          {
            check: 'stale-tea/stale-reads',
            operations: [
              {
                id: 7,
                client: 'reader',
                kind: 'read',
                view: 'detail',
                replica: 'api-2',
                key: 'b-1',
                value: 1,
                startMs: 12_390,
                endMs: 12_400,
                outcome: 'ok',
                status: 200,
              },
            ],
          },
        ],
    series: Array.from({ length: 22 }, (_, index) => ({
      t: index * 1_000,
      s: {
        requestsPerSecond: 150 + (index % 3),
        failedPerSecond: isGood || index < 9 || index > 13 ? 0 : 20,
        p50Ms: 4,
        p95Ms: 12,
        p99Ms: index > 8 && index < 14 ? 240 : 30,
      },
    })),
    hints: { total: 3, seen: ['Look at what the cache holds after a write.'] },
    lessons: {
      'stale-tea/stale-reads': {
        lesson: 'lessons/caching#stale-reads',
        paragraphs: ['What must hold. A reader never sees a replaced price.'],
        experiments: ['plain-write'],
      },
    },
    reference: isGood ? null : referenceRun,
  };
}

/** What the fake lab answers, by path. */
export const fakeAnswers: Readonly<Record<string, unknown>> = {
  '/api/status': {
    running: true,
    scenario: 'stale-tea',
    run: '20260101-000001-0000',
    phase: 'load',
    uptimeMs: 61_000,
    problem: null,
  },
  '/api/runs': { schema: 'lab.console-runs/1', runs: listed },
  [`/api/runs/${gradedRun}`]: grade(gradedRun, 'workspace'),
  [`/api/runs/${referenceRun}`]: grade(referenceRun, 'reference'),
  '/api/diff/stale-tea': { diff: '--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-old\n+new <b>bold</b>\n' },
  '/api/faults': faults,
  '/api/files/stale-tea': {
    files: [
      { id: '0000000000000001', path: 'src/kettle.ts', isStart: true },
      { id: '0000000000000002', path: 'src/cup.ts', isStart: false },
    ],
  },
  '/api/open': { opened: true, editor: 'code' },
  '/api/doctor': {
    schema: 'lab.doctor/1',
    ok: false,
    checks: [
      { id: 'node', what: 'Node', state: 'fine', found: 'v24', fix: null },
      { id: 'git', what: 'git', state: 'problem', found: 'not found', fix: 'install git' },
    ],
  },
};
