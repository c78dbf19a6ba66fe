import { expect, test } from 'vitest';
import { orderOf } from './fault-form.ts';

const fault = {
  id: 'network-slow',
  title: 'Slow',
  about: '',
  isOneShot: false,
  isAvailable: true,
  reason: null,
  targets: ['api-1:redis', 'api-2:redis'],
  notTargets: [],
  parameters: [{ name: 'ms', about: '', usual: 250, takes: '' }],
};
const fields = (values: Readonly<Record<string, string>>) => ({ get: (name: string) => values[name] ?? null });

test('every order has an end, also one that says nothing', () => {
  expect(orderOf(fault, fields({}))).toEqual({
    action: 'on',
    id: 'network-slow',
    target: 'api-1:redis',
    forMs: 30_000,
  });
});

test('what was changed is sent as it was typed', () => {
  const given = fields({ target: 'api-2:redis', 'set-ms': '900', for: '10000' });
  expect(orderOf(fault, given)).toMatchObject({ target: 'api-2:redis', set: { ms: '900' }, forMs: 10_000 });
});

test('a fault that happens once has no end', () => {
  expect(orderOf({ ...fault, isOneShot: true }, fields({}))).not.toHaveProperty('forMs');
});
