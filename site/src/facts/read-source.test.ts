import { expect, test } from 'vitest';
import { labErrorFacts, problemFacts } from './error-facts.ts';
import { findingFacts } from './finding-facts.ts';
import { metricFacts } from './metric-facts.ts';

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
  expect(metricFacts([file(text)])).toEqual([
    { name: 'deep', type: 'gauge', help: 'Deep.', labels: ['state'], file: 'a.ts', line: 8 },
    { name: 'many_total', type: 'counter', help: 'Many.', labels: ['a', 'b'], file: 'a.ts', line: 3 },
    { name: 'own_total', type: 'counter', help: "One's own.", labels: ['tenant', 'c'], file: 'a.ts', line: 7 },
    { name: 'pending', type: 'gauge', help: 'Pending.', labels: [], file: 'a.ts', line: 10 },
  ]);
});

test('a metric that cannot be read is not passed over', () => {
  expect(() => metricFacts([file("\nnew Gauge({ name: nameOf('x'), help: 'X.' })")])).toThrow('a.ts:2');
});

test('error codes come with what they say, whatever is filled in', () => {
  const filled = ['$', '{a.b({ c })}'].join('');
  const text = `new UsageError('E_X', { message: \`No ${filled} here.\`, hint: 'npx lab list' }); new LabError('E_Y', said)`;
  expect(labErrorFacts([file(text)])).toEqual([
    { code: 'E_X', family: 'UsageError', messages: ['No … here.'], file: 'a.ts' },
    { code: 'E_Y', family: 'LabError', messages: [], file: 'a.ts' },
  ]);
  expect(problemFacts("  NOT_FOUND: [404, 'There is nothing here'],\n")).toEqual([
    { code: 'NOT_FOUND', status: 404, title: 'There is nothing here' },
  ]);
});

test('codes of findings are found with their files', () => {
  const found = findingFacts([file("x('OVER_QUOTA')", 'b.ts'), file("{ code: 'UNDECIDED' }, 'OVER_QUOTA'", 'a.ts')], {
    OVER_QUOTA: 'Too often.',
  });
  expect(found).toEqual([
    { code: 'OVER_QUOTA', meaning: 'Too often.', files: ['a.ts', 'b.ts'] },
    { code: 'UNDECIDED', meaning: '', files: ['a.ts'] },
  ]);
});
