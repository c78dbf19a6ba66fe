import { type Evidence, loginView, type Operation, preparation, type Sample, type UnexpectedExit } from '@lab/sdk';
import { expect, test } from 'vitest';
import { steadyState } from './steady-state.ts';
import { calmSample, evidence, healthyLab, operation } from './testing/evidence.ts';

const check = steadyState({
  id: 'shop/steady-state',
  title: 'The shop answers its daily load',
  points: 5,
  lesson: 'lessons/caching#steady-state',
  requests: ['detail', 'patch'],
  failedShareMax: 0.01,
});

interface Counts {
  readonly requests: number;
  readonly failed: number;
}

/** Two calm seconds of the load. */
function calm(detail: Counts, patch: Counts = { requests: 100, failed: 0 }): readonly Sample[] {
  const of = (name: string, { requests, failed }: Counts): readonly Sample[] => [
    calmSample('load.requests', requests, { name }),
    calmSample('load.failed', failed, { name }),
  ];
  return [...of('detail', detail), ...of('patch', patch), calmSample('window.duration_ms', 2_000)];
}

/** The findings in a run in which 300 requests were planned. */
function judge(change: Partial<Evidence>) {
  const labHealth = { ...healthyLab, load: { planned: 300, delivered: 300, dropped: 0 } };
  return check.judge(evidence({ labHealth, ...change }));
}

const healthy = calm({ requests: 200, failed: 2 });

test('a load that is answered passes, with as many failures as are allowed', () => {
  expect(judge({ samples: healthy })).toEqual([]);
});

test('ERRORS_AT_REST names the kind of request', () => {
  const samples = calm({ requests: 200, failed: 0 }, { requests: 100, failed: 25 });
  expect(judge({ samples })).toEqual([
    {
      code: 'ERRORS_AT_REST',
      severity: 'failure',
      message: 'With nothing broken, 25 of 100 requests of the kind "patch" failed. The faults were not started.',
      measured: { text: '25 of 100 failed', value: 0.25, unit: 'share' },
      expected: { text: 'at most 1 %', value: 0.01, unit: 'share' },
      atMs: null,
      refs: {},
    },
  ]);
});

test('errors of one kind are not hidden by many good answers of another', () => {
  const samples = calm({ requests: 10_000, failed: 0 }, { requests: 4, failed: 1 });
  expect(judge({ samples }).map(({ code }) => code)).toEqual(['ERRORS_AT_REST']);
});

test('LOAD_STALLED names what was planned and what was answered', () => {
  expect(judge({ samples: calm({ requests: 40, failed: 0 }) })).toEqual([
    {
      code: 'LOAD_STALLED',
      severity: 'failure',
      message:
        'In 2000 ms without any fault, 140 of 300 planned requests were answered. The service stood still, or answered too slowly for the load.',
      measured: { text: '140 answered', value: 140, unit: 'requests' },
      expected: { text: 'at least 90 % of 300', value: 270, unit: 'requests' },
      atMs: null,
      refs: {},
    },
  ]);
});

test('nine in ten of the planned requests are enough', () => {
  expect(judge({ samples: calm({ requests: 170, failed: 0 }) })).toEqual([]);
  expect(judge({ samples: calm({ requests: 169, failed: 0 }) })).toHaveLength(1);
});

test('a load of which nothing was answered has stalled', () => {
  const none = { requests: 0, failed: 0 };
  expect(judge({ samples: calm(none, none) }).map(({ code }) => code)).toEqual(['LOAD_STALLED']);
});

const exit: UnexpectedExit = {
  part: 'api-2',
  atMs: 4_200,
  exitCode: 1,
  signal: null,
  tail: ['starting', 'ready', 'Error: no such key', 'at readBook'],
};

test('REPLICA_DIED names the part, how it ended and its last words', () => {
  expect(judge({ samples: healthy, exits: [exit] })).toEqual([
    {
      code: 'REPLICA_DIED',
      severity: 'failure',
      message: 'api-2 ended by itself (exit 1). Its last words: ready / Error: no such key / at readBook',
      measured: { text: 'api-2 ended' },
      expected: { text: 'every replica keeps running' },
      atMs: 4_200,
      refs: {},
    },
  ]);
});

test('a replica that a signal ended is reported with the signal', () => {
  const killed = { ...exit, exitCode: null, signal: 'SIGABRT' };
  const [found] = judge({ samples: healthy, exits: [killed] });
  expect(found?.message).toContain('ended by itself (SIGABRT)');
});

test.each([
  ['failed too: every finding is inconclusive', 'failed', 'inconclusive'],
  ['held: the code is at fault', 'held', 'failure'],
  ['was not asked: the code is at fault', null, 'failure'],
] as const)("the reference's own steady state %s", (_circumstance, referenceBaseline, severity) => {
  const samples = calm({ requests: 40, failed: 10 });
  const found = judge({ samples, exits: [exit], referenceBaseline });
  expect(found.map((finding) => [finding.code, finding.severity])).toEqual([
    ['ERRORS_AT_REST', severity],
    ['LOAD_STALLED', severity],
    ['REPLICA_DIED', severity],
  ]);
});

test('the reference held on a machine without time: of speed nothing is said, of errors and deaths all', () => {
  const samples = calm({ requests: 40, failed: 10 });
  const found = judge({ samples, exits: [exit], referenceBaseline: 'busy' });
  expect(found.map((finding) => [finding.code, finding.severity])).toEqual([
    ['ERRORS_AT_REST', 'failure'],
    ['LOAD_STALLED', 'inconclusive'],
    ['REPLICA_DIED', 'failure'],
  ]);
});

/** A login of the load's clients that was refused. */
function refusedLogin(change: Partial<Operation> = {}): Operation {
  const answer = { value: null, outcome: 'unknown', status: 500, error: 'INTERNAL' } as const;
  return operation({ experiment: preparation, view: loginView, key: 'ada@shop.example', ...answer, ...change });
}

test('NOBODY_LET_IN names who, and what each replica said; that nothing else is answered follows from it', () => {
  const history = [
    refusedLogin({ id: 1, startMs: 40 }),
    refusedLogin({ id: 2, replica: 'api-2', status: 0, error: 'TIMED_OUT' }),
    refusedLogin({ id: 3, key: 'bob@shop.example' }),
  ];
  const samples = calm({ requests: 200, failed: 200 });
  expect(judge({ history, samples })).toEqual([
    {
      code: 'NOBODY_LET_IN',
      severity: 'failure',
      message:
        'With nothing broken, no replica let ada@shop.example in: api-1 answered 500 INTERNAL, api-2 gave no answer (TIMED_OUT). The same for bob@shop.example. Without a token no request of theirs can be answered. The faults were not started.',
      measured: { text: '2 not let in', value: 2, unit: 'people' },
      expected: { text: 'everybody gets a token', value: 0, unit: 'people' },
      atMs: 40,
      refs: { operations: [1, 2, 3] },
    },
  ]);
});

test('of many who were not let in a few are named', () => {
  const history = ['ada', 'bob', 'cy', 'dee', 'eve', 'fay'].map((key, index) => refusedLogin({ id: index + 1, key }));
  const [found] = judge({ history, samples: healthy });
  expect(found?.message).toContain(
    'no replica let ada in: api-1 answered 500 INTERNAL. The same for bob, cy, dee and 2 more.',
  );
  expect(found?.measured.value).toBe(6);
});

test('a login that is answered without a token lets nobody in', () => {
  const silent = refusedLogin({ outcome: 'ok', status: 200 });
  const { error: _error, ...history } = silent;
  const [found] = judge({ history: [history], samples: healthy });
  expect(found?.message).toContain('api-1 answered 200 without a token.');
});

test('who is let in by the next replica is in', () => {
  const letIn = refusedLogin({ id: 2, replica: 'api-2', value: 1, outcome: 'ok', status: 200 });
  expect(judge({ history: [refusedLogin(), letIn], samples: healthy })).toEqual([]);
});

test('a login of an experiment is not judged here: a fault may have been on', () => {
  expect(judge({ history: [refusedLogin({ experiment: 'cache-cut' })], samples: healthy })).toEqual([]);
});

test('where the reference lets nobody in either, nothing is decided', () => {
  const found = judge({ history: [refusedLogin()], samples: healthy, referenceBaseline: 'failed' });
  expect(found.map(({ code, severity }) => [code, severity])).toEqual([['NOBODY_LET_IN', 'inconclusive']]);
});

test('calm load alone decides', () => {
  expect(check.experiments).toEqual([]);
});
