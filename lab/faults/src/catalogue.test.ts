import { describe, expect, test } from 'vitest';
import { faultCatalogue } from './catalogue.ts';
import { describeFaults } from './describe-faults.ts';
import { checkOrder } from './order.ts';
import { parseParameters } from './parameters.ts';
import { fakeGround } from './testing/fake-ground.ts';

const full = fakeGround();
const cacheOnly = fakeGround(['postgres', 'redis-cache'], ['api-1', 'api-2']);

function targetsOf(id: string, ground = full): readonly string[] {
  return faultCatalogue.find((fault) => fault.id === id)?.targets(ground) ?? [];
}

test('ids are unique, and in kebab case', () => {
  const ids = faultCatalogue.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
});

test.each(faultCatalogue)('$id has a default for every parameter, and says what each is and takes', (fault) => {
  expect(() => parseParameters(fault, {})).not.toThrow();
  const [facts] = describeFaults({ ground: full }, [fault]);
  for (const { about, usual, takes } of facts?.parameters ?? []) {
    expect([about, String(usual), takes].every((text) => text.length > 0)).toBe(true);
  }
});

test('a number has its unit in its name', () => {
  const names = describeFaults({ ground: full }).flatMap(({ parameters }) =>
    parameters.filter(({ takes }) => takes.startsWith('a whole number')).map(({ name }) => name),
  );
  // A count has its noun, and a status is a number without a unit.
  const unit = /(Ms|Microseconds|Bytes|PerSecond|Percent|Processes|rows|leftFree|status)$/;
  expect(names.filter((name) => !unit.test(name))).toEqual([]);
});

describe('targets', () => {
  test('of a link are every replica with every dependency, and all of them at once', () => {
    expect(targetsOf('link-latency', cacheOnly)).toEqual([
      'all:postgres',
      'all:redis-cache',
      'api-1:postgres',
      'api-1:redis-cache',
      'api-2:postgres',
      'api-2:redis-cache',
    ]);
  });

  test('of a link to a scanner are missing where only a long answer shows the fault, and that is said', () => {
    const uploads = fakeGround(['s3', 'scanner'], ['worker-1']);
    expect(targetsOf('link-latency', uploads)).toEqual(['all:s3', 'all:scanner', 'worker-1:s3', 'worker-1:scanner']);
    for (const id of ['link-bandwidth', 'link-slicer', 'link-limit-data']) {
      expect(targetsOf(id, uploads)).toEqual(['all:s3', 'worker-1:s3']);
      expect(() => checkOrder(faultCatalogue, uploads, { id, target: 'scanner' })).toThrow('too short to show it');
    }
  });

  test('of what happens to a Redis are all that the stack has', () => {
    const limited = fakeGround(['postgres', 'redis-cache', 'redis-limits'], ['api-1']);
    for (const id of ['redis-pause', 'redis-flush', 'redis-expire-all', 'redis-restart-empty']) {
      expect(targetsOf(id, limited)).toEqual(['redis-cache', 'redis-limits']);
    }
    expect(targetsOf('process-kill', fakeGround(['s3', 'scanner'], []))).toEqual(['s3']);
    expect(targetsOf('process-pause', fakeGround(['s3', 'scanner'], []))).toEqual(['s3', 'scanner']);
  });

  test('of a kill are replicas, and parts that can come back', () => {
    expect(targetsOf('process-kill')).toEqual(['api-1', 'api-2', 'worker-1', 'redis-cache', 'redis-queue']);
    expect(targetsOf('process-restart')).toEqual(targetsOf('process-kill'));
  });

  test('of a pause are all processes but the lab’s own instruments', () => {
    const parts = ['postgres', 'redis-cache', 'redis-queue', 'payment'];
    expect(targetsOf('process-pause')).toEqual(['api-1', 'api-2', 'worker-1', ...parts]);
  });

  test('of a fault of the payment provider are its callers', () => {
    expect(targetsOf('payment-decline')).toEqual(['all', 'api-1', 'api-2', 'worker-1']);
  });
});

test('scanner and receiver misbehave in one way at a time', () => {
  const outside = fakeGround(['scanner', 'receiver'], ['api-1', 'worker-1']);
  const claimsOf = (id: string, target: string) => checkOrder(faultCatalogue, outside, { id, target }).claims;
  expect(targetsOf('scanner-silent', outside)).toEqual(['all', 'api-1', 'worker-1']);
  expect(targetsOf('receiver-errors', outside)).toEqual(['all']);
  for (const [id, target] of [
    ['scanner-silent', 'worker-1'],
    ['scanner-latency', 'all'],
  ] as const) {
    expect(claimsOf(id, target)).toContainEqual({ on: 'behaviour of the scanner', isAlone: true });
  }
  for (const id of ['receiver-silent', 'receiver-latency', 'receiver-errors']) {
    expect(claimsOf(id, 'all')).toContainEqual({ on: 'behaviour of the receiver', isAlone: true });
  }
});

test('PostgreSQL cannot be killed, and that is said with its reason', () => {
  const order = { id: 'process-kill', target: 'postgres' };
  expect(() => checkOrder(faultCatalogue, full, order)).toThrow(
    'process-kill cannot be done to postgres: the lab cannot boot postgres again, so it would stay away until the end of the session.',
  );
});

describe('what a stack has not', () => {
  const unavailable = (ground: Parameters<typeof describeFaults>[0]) =>
    describeFaults(ground).filter(({ isAvailable }) => !isAvailable);

  test('is listed with the reason', () => {
    const found = unavailable({ ground: fakeGround(['postgres'], ['api-1']) });
    expect(found.map(({ id, reason }) => `${id}: ${reason?.slice(0, 40)}`)).toEqual([
      'disk-full: the parts keep their files on a disk tha',
      ...['redis-pause', 'redis-flush', 'redis-expire-all', 'redis-restart-empty'].map(
        (id) => `${id}: the stack has no Redis`,
      ),
      ...['payment-latency', 'payment-errors', 'payment-decline', 'payment-lose-replies', 'payment-hang'].map(
        (id) => `${id}: the stack has no payment provider`,
      ),
      ...['scanner-latency', 'scanner-silent'].map((id) => `${id}: the stack has no virus scanner`),
      ...['receiver-latency', 'receiver-errors', 'receiver-silent'].map(
        (id) => `${id}: the stack has no receiver of webhooks`,
      ),
    ]);
    expect(found.every(({ targets }) => targets.length === 0)).toBe(true);
  });

  test('cannot be ordered', () => {
    expect(() => checkOrder(faultCatalogue, cacheOnly, { id: 'payment-hang', target: 'all' })).toThrow(
      'payment-hang cannot be had here: the stack has no payment provider.',
    );
    expect(() => checkOrder(faultCatalogue, full, { id: 'disk-full' })).toThrow(/^disk-full cannot be had here/);
  });

  test('is everything without a session', () => {
    const found = unavailable({ reason: 'start a session' });
    expect(found).toHaveLength(faultCatalogue.length);
    expect(new Set(found.map(({ reason }) => reason))).toEqual(new Set(['start a session']));
  });
});

describe('an order', () => {
  test('needs no target where there is one only', () => {
    expect(checkOrder(faultCatalogue, cacheOnly, { id: 'redis-flush' }).target).toBe('redis-cache');
    expect(() => checkOrder(faultCatalogue, full, { id: 'redis-flush' })).toThrow('redis-flush needs a target.');
  });

  test('names what its target may be', () => {
    const wrong = { id: 'process-pause', target: 'api-9' };
    expect(() => checkOrder(faultCatalogue, cacheOnly, wrong)).toThrow(
      expect.objectContaining({ hint: '--target takes api-1, api-2, postgres, redis-cache' }),
    );
  });

  test.each([
    [
      'link-latency',
      { latencyMs: 'slow' },
      'latencyMs of link-latency takes a whole number from 10 to 60000, not "slow".',
    ],
    ['link-latency', { latencyMs: '20', jitterMs: '30' }, 'link-latency: jitterMs may not be larger than latencyMs.'],
    ['link-timeout', { lost: 'both' }, 'lost of link-timeout takes requests or answers, not "both".'],
    [
      'link-slicer',
      { averageBytes: '4', variationBytes: '4' },
      'link-slicer: variationBytes must be smaller than averageBytes.',
    ],
    [
      'postgres-row-lock',
      { table: 'books; drop table books' },
      'table of postgres-row-lock takes a name, not "books; drop table books".',
    ],
    ['link-down', { hard: 'yes' }, 'link-down has no parameter "hard".'],
  ])('of %s with %j is refused', (id, set: Record<string, string>, message) => {
    const [target] = targetsOf(id);
    expect(() => checkOrder(faultCatalogue, full, { id, target, set })).toThrow(message);
  });

  test('for a fault that happens once takes no time', () => {
    const order = { id: 'redis-flush', target: 'redis-cache', forMs: 5_000 };
    expect(() => checkOrder(faultCatalogue, full, order)).toThrow('redis-flush happens once: it takes no --for.');
  });

  test('lasts as long as the fault may at most', () => {
    const order = { id: 'redis-pause', target: 'redis-cache', forMs: 61_000 };
    expect(() => checkOrder(faultCatalogue, full, order)).toThrow('redis-pause lasts from 1 to 60 seconds, not 61.');
  });
});

describe('two faults exclude each other', () => {
  const claims = (id: string, target: string) => checkOrder(faultCatalogue, full, { id, target }).claims;
  const meet = (one: readonly [string, string], other: readonly [string, string]): boolean =>
    claims(...one).some((claim) =>
      claims(...other).some((second) => second.on === claim.on && (second.isAlone || claim.isAlone)),
    );

  test.each([
    [
      ['link-latency', 'all:redis-cache'],
      ['link-down', 'api-1:redis-cache'],
    ],
    [
      ['link-down', 'api-1:redis-cache'],
      ['process-kill', 'api-1'],
    ],
    [
      ['link-latency', 'api-1:redis-cache'],
      ['process-pause', 'redis-cache'],
    ],
    [
      ['process-pause', 'postgres'],
      ['postgres-row-lock', 'postgres'],
    ],
    [
      ['postgres-row-lock', 'postgres'],
      ['postgres-table-lock', 'postgres'],
    ],
    [
      ['process-kill', 'api-1'],
      ['event-loop-block', 'api-1'],
    ],
    [
      ['redis-pause', 'redis-cache'],
      ['redis-flush', 'redis-cache'],
    ],
    [
      ['payment-hang', 'all'],
      ['payment-latency', 'worker-1'],
    ],
  ] as const)('%j and %j', (one, other) => {
    expect([meet(one, other), meet(other, one)]).toEqual([true, true]);
  });

  test.each([
    [
      ['link-latency', 'all:redis-cache'],
      ['process-kill', 'api-1'],
    ],
    [
      ['link-latency', 'api-1:redis-cache'],
      ['link-latency', 'api-1:postgres'],
    ],
    [
      ['link-down', 'api-1:redis-cache'],
      ['process-kill', 'api-2'],
    ],
    [
      ['postgres-row-lock', 'postgres'],
      ['postgres-exhaust-connections', 'postgres'],
    ],
    [
      ['cpu-starvation', 'machine'],
      ['process-pause', 'api-1'],
    ],
  ] as const)('but not %j and %j', (one, other) => {
    expect(meet(one, other)).toBe(false);
  });
});
