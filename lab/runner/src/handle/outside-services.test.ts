import type { TableDump } from '@lab/sdk';
import type { Receipt, ReceiverControl, ScanEntry, ScannerControl } from '@lab/world';
import { expect, test } from 'vitest';
import { createBehaviourLists } from '../testbed/behaviour-lists.ts';
import { createReceiver } from './receiver.ts';
import { createScanner } from './scanner.ts';

const epochMs = performance.timeOrigin + performance.now();

const scanEntry: ScanEntry = {
  scan: 1,
  caller: 'worker-1',
  startedAtMs: epochMs,
  bytes: 68,
  sha256: 'aa',
  isInfected: true,
  reply: 'stream: Win.Test.EICAR_HDB-1 FOUND',
  endedAtMs: null,
  outcome: 'answered',
};
const receipt: Receipt = {
  receipt: 1,
  caller: 'shops',
  path: '/told',
  remotePort: 1,
  webhookId: 'msg_1',
  timestamp: '1',
  signature: 'v1,x',
  requestId: null,
  body: '{}',
  bodySha256: 'bb',
  receivedAtMs: epochMs,
  status: 204,
  endedAtMs: epochMs,
  outcome: 'answered',
};

/** A service of the outside world that keeps what it was told, and shows what it holds look by look. */
function fakeService<Entry, Waiting>(entries: readonly Entry[], looks: readonly (readonly Waiting[])[] = []) {
  const told: unknown[] = [];
  const left = [...looks];
  const hold = async (spec: unknown) => {
    told.push(spec);
    return {
      id: 'h',
      waiting: async () => left.shift() ?? looks.at(-1) ?? [],
      waitFor: async () => [],
      release: async () => told.push('released'),
      [Symbol.asyncDispose]: async () => undefined,
    };
  };
  const setBehaviours = async (behaviours: unknown): Promise<void> => void told.push(behaviours);
  return { told, control: { setBehaviours, hold, scans: async () => entries, receipts: async () => entries } };
}

function options() {
  let nowMs = 5_000;
  const events: string[] = [];
  const clock = { nowMs: () => nowMs++, sleep: async () => undefined };
  const onEvent = ({ name, state }: { name: string; state: string }) => void events.push(`${name} ${state}`);
  return { clock, events, onEvent, signal: new AbortController().signal };
}

function scannerWith(...given: Parameters<typeof fakeService>) {
  const { told, control } = fakeService(...given);
  const common = options();
  const service = { control: control as unknown as ScannerControl, behaviours: createBehaviourLists<never>() };
  return { told, ...common, scanner: createScanner({ ...common, service }) };
}

function receiverWith(...given: Parameters<typeof fakeService>) {
  const { told, control } = fakeService(...given);
  const common = options();
  const service = { control: control as unknown as ReceiverControl, behaviours: createBehaviourLists<never>() };
  const door = { host: '127.0.0.1', port: 9_001 };
  return { told, ...common, receiver: createReceiver({ ...common, service, door }) };
}

test('scans have the run’s times, are found by what was scanned, and are rows of a table', async () => {
  const { scanner } = scannerWith([scanEntry, { ...scanEntry, sha256: 'other' }]);
  const scans = await scanner.scans('aa');
  expect(scans).toHaveLength(1);
  expect(scans[0]).toMatchObject({ caller: 'worker-1', bytes: 68, sha256: 'aa', isInfected: true, endMs: null });
  expect(Math.abs((scans[0]?.startMs ?? 0) - 5_000)).toBeLessThan(1_000);
  const table: TableDump = { table: 'scans', rows: scans.map((scan) => ({ ...scan })) };
  expect(table.rows).toEqual(scans);
});

test('waiting for a held scan ends with what there is, and the release is told once', async () => {
  const held = { scan: 1, caller: 'worker-1', sha256: 'aa', bytes: 68 };
  const { scanner, told, events } = scannerWith([], [[], [held]]);
  const hold = await scanner.hold({ sha256: 'aa' });
  expect(await hold.waitFor({ withinMs: 1_000 })).toEqual([{ caller: 'worker-1', sha256: 'aa', bytes: 68 }]);
  expect(await hold.waitFor({ withinMs: 20, count: 2 })).toHaveLength(1);
  await hold.release();
  await scanner.releaseAll();
  expect(told).toEqual([{ sha256: 'aa' }, 'released']);
  expect(events).toEqual(['scans-held on', 'scans-held off']);
});

test('a script of the scanner is told as it stands, and taken back at the end', async () => {
  const { scanner, told } = scannerWith([]);
  await scanner.behave([
    { times: 1, does: { kind: 'down' } },
    { caller: 'worker-1', sha256: 'aa', does: { kind: 'reply', text: 'stream: OK' } },
  ]);
  await scanner.releaseAll();
  expect(told).toEqual([
    [
      { kind: 'down', times: 1 },
      { kind: 'reply', text: 'stream: OK', caller: 'worker-1', sha256: 'aa' },
    ],
    [],
  ]);
});

test('a connection cannot be chosen by bytes that have not come yet', async () => {
  const { scanner } = scannerWith([]);
  await expect(scanner.behave([{ sha256: 'aa', does: { kind: 'down' } }])).rejects.toMatchObject({
    code: 'E_BEHAVIOUR',
  });
});

test('the test virus is the one that every scanner knows', () => {
  const virus = scannerWith([]).scanner.testVirus();
  expect(virus).toHaveLength(68);
});

test('what customers received has the run’s times, is found by its path, and is a row of a table', async () => {
  const { receiver } = receiverWith([receipt, { ...receipt, path: '/other' }]);
  const messages = await receiver.received('/told');
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ path: '/told', id: 'msg_1', signature: 'v1,x', body: '{}', status: 204 });
  const table: TableDump = { table: 'webhooks', rows: messages.map((message) => ({ ...message })) };
  expect(table.rows).toEqual(messages);
  expect(receiver.urlOf('/told')).toBe('http://127.0.0.1:9001/told');
});

test('a held message and a script of the receiver', async () => {
  const { receiver, told } = receiverWith([], [[{ receipt: 1, caller: 'shops', path: '/told', webhookId: 'msg_1' }]]);
  const hold = await receiver.hold({ path: '/told' });
  expect(await hold.waitFor({ withinMs: 1_000 })).toEqual([{ path: '/told', id: 'msg_1' }]);
  await receiver.behave([{ path: '/told', does: { kind: 'answer', status: 500, retryAfterSeconds: 2 } }]);
  await receiver.releaseAll();
  expect(told).toContainEqual([{ kind: 'answer', status: 500, retryAfterSeconds: 2, path: '/told' }]);
  expect(told.slice(-2)).toEqual(expect.arrayContaining(['released', []]));
});

test('a stack without them says so', async () => {
  const scanner = createScanner({ ...options(), service: null });
  const receiver = createReceiver({ ...options(), service: null, door: null });
  await expect(scanner.scans()).rejects.toMatchObject({ code: 'E_NO_SCANNER' });
  await expect(receiver.received()).rejects.toMatchObject({ code: 'E_NO_RECEIVER' });
  expect(() => receiver.urlOf('/told')).toThrow('no receiver of webhooks');
});
