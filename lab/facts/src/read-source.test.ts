import { expect, test } from 'vitest';
import { labErrorFacts, problemFacts } from './error-facts.ts';
import { findingFacts } from './finding-facts.ts';
import { metricFacts } from './metric-facts.ts';
import { unitOf } from './metric-unit.ts';

const file = (text: string, path = 'a.ts') => ({ path, text });

test('metrics are read from options, from tables and from local helpers', () => {
  const text = `
  const many = new Counter({
    name: 'many_total',
    help: 'Many.',
    labelNames: ['a', 'b'],
  });
  const own = createTenantCounter(registry, { name: 'own_total', help: "One's own.", labelNames: ['c'] });
  const table = [{ name: 'deep', help: 'Deep.', label: 'state' }];
  for (const { name, help } of table) new Gauge({ name, help, labelNames: [label] });
  gauge('pending', 'Pending.', 1);
`;
  expect(metricFacts([file(text)])).toEqual(
    [
      { name: 'deep', type: 'gauge', help: 'Deep.', labels: ['state'], file: 'a.ts', line: 8 },
      { name: 'many_total', type: 'counter', help: 'Many.', labels: ['a', 'b'], file: 'a.ts', line: 3 },
      { name: 'own_total', type: 'counter', help: "One's own.", labels: ['tenant', 'c'], file: 'a.ts', line: 7 },
      { name: 'pending', type: 'gauge', help: 'Pending.', labels: [], file: 'a.ts', line: 10 },
    ].map((metric) => ({ ...metric, page: `/reference/metrics/#${metric.name}`, unit: 'a number' })),
  );
});

test('a metric that cannot be read is not passed over', () => {
  expect(() => metricFacts([file("\nnew Gauge({ name: nameOf('x'), help: 'X.' })")])).toThrow('a.ts:2');
});

test('error codes come with what they say, whatever is filled in', () => {
  const filled = ['$', '{a.b({ c })}'].join('');
  const text = `new UsageError('E_X', { message: \`No ${filled} here.\`, hint: 'npx lab list' }); new LabError('E_Y', said)`;
  expect(labErrorFacts([file(text)])).toEqual([
    {
      code: 'E_X',
      page: '/reference/errors/#E_X',
      family: 'UsageError',
      about: expect.stringContaining('Exit 64'),
      messages: ['No … here.'],
      file: 'a.ts',
    },
    expect.objectContaining({ code: 'E_Y', family: 'LabError', messages: [] }),
  ]);
  expect(problemFacts("  NOT_FOUND: [404, 'There is nothing here'],\n")).toEqual([
    { code: 'NOT_FOUND', page: '/reference/errors/#NOT_FOUND', status: 404, title: 'There is nothing here' },
  ]);
});

test('codes of findings are found with their files', () => {
  const found = findingFacts([file("x('OVER_QUOTA')", 'b.ts'), file("{ code: 'UNDECIDED' }, 'OVER_QUOTA'", 'a.ts')], {
    OVER_QUOTA: 'Too often.',
  });
  expect(found).toEqual([
    {
      code: 'OVER_QUOTA',
      page: '/reference/findings/#OVER_QUOTA',
      meaning: 'Too often.',
      files: ['a.ts', 'b.ts'],
    },
    { code: 'UNDECIDED', page: '/reference/findings/#UNDECIDED', meaning: '', files: ['a.ts'] },
  ]);
});

test('the unit of a metric is the end of its name, or what its help says', () => {
  const units = ['db_seconds', 'held_seconds_total', 'body_bytes', 'cart_cents', 'jobs_total'];
  expect(units.map((name) => unitOf(name, 'So much.'))).toEqual(['seconds', 'seconds', 'bytes', 'cents', 'a number']);
  expect(unitOf('state', '1 while it is on.')).toBe('0 or 1');
});
