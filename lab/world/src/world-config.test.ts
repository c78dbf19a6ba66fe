import { expect, test } from 'vitest';
import { parseWorldConfig } from './world-config.ts';

const token = 'a-token-of-some-length';
const sound = { WORLD_CALLERS: 'worker-1,worker-2', WORLD_CONTROL_TOKEN: token };

test('callers and a token are enough; ports are then any', () => {
  expect(parseWorldConfig(sound)).toEqual({
    callers: [
      { caller: 'worker-1', port: 0 },
      { caller: 'worker-2', port: 0 },
    ],
    controlPort: 0,
    token,
    seed: 1,
    keyTtlMs: undefined,
  });
});

test('ports are the control port, then one for each caller', () => {
  const config = parseWorldConfig({ ...sound, WORLD_PORTS: '4800,4801,4802', WORLD_SEED: '9', WORLD_KEY_TTL_MS: '50' });
  expect(config).toMatchObject({ controlPort: 4800, seed: 9, keyTtlMs: 50 });
  expect(config.callers.map(({ port }) => port)).toEqual([4801, 4802]);
});

test('with a scanner each caller has a second port, behind the first ones', () => {
  const config = parseWorldConfig({ ...sound, WORLD_SCANNER: 'on', WORLD_PORTS: '4800,4801,4802,4803,4804' });
  expect(config.callers.map(({ port }) => port)).toEqual([4801, 4802]);
  expect(config.scannerCallers).toEqual([
    { caller: 'worker-1', port: 4803 },
    { caller: 'worker-2', port: 4804 },
  ]);
});

test('with a receiver too each caller has one more, behind those; without a scanner, in their place', () => {
  const both = parseWorldConfig({
    ...sound,
    WORLD_SCANNER: 'on',
    WORLD_RECEIVER: 'on',
    WORLD_PORTS: '4800,4801,4802,4803,4804,4805,4806',
  });
  expect(both.scannerCallers?.map(({ port }) => port)).toEqual([4803, 4804]);
  expect(both.receiverCallers?.map(({ port }) => port)).toEqual([4805, 4806]);
  const alone = parseWorldConfig({ ...sound, WORLD_RECEIVER: 'on', WORLD_PORTS: '4800,4801,4802,4803,4804' });
  expect(alone.scannerCallers).toBeUndefined();
  expect(alone.receiverCallers?.map(({ port }) => port)).toEqual([4803, 4804]);
});

test('an empty variable counts as missing', () => {
  expect(parseWorldConfig({ ...sound, WORLD_PORTS: '', WORLD_SEED: '' })).toMatchObject({ controlPort: 0, seed: 1 });
});

test.each([
  [{ WORLD_CALLERS: undefined }, /WORLD_CALLERS: expected/],
  [{ WORLD_CALLERS: 'a,,b' }, /WORLD_CALLERS: expected names/],
  [{ WORLD_CALLERS: 'a,a' }, /names a caller twice/],
  [{ WORLD_SEED: '-1' }, /WORLD_SEED: expected a whole number/],
  [{ WORLD_PORTS: '1,2' }, /WORLD_PORTS has 2 ports/],
  [
    { WORLD_PORTS: '1,2,3', WORLD_SCANNER: 'on' },
    /WORLD_PORTS has 3 ports; .* then one for each caller at the scanner/,
  ],
  [{ WORLD_SCANNER: 'yes' }, /WORLD_SCANNER: expected/],
  [{ WORLD_PORTS: '1,2,99999' }, /WORLD_PORTS: expected port numbers/],
])('%j is refused by name', (wrong, message) => {
  expect(() => parseWorldConfig({ ...sound, ...wrong })).toThrow(message);
});

test('a refused token is not repeated', () => {
  expect(() => parseWorldConfig({ ...sound, WORLD_CONTROL_TOKEN: 'short-secret' })).toThrow(/^(?!.*short-secret)/s);
});
