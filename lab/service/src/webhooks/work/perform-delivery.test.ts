import { expect, test, vi } from 'vitest';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import type { SendWebhook } from '../sending/send-webhook.ts';
import type { Claim } from './claim-deliveries.ts';
import type { FindMessage, StoredMessage } from './message-repository.ts';
import { createPerformDelivery } from './perform-delivery.ts';
import type { RecordAttempt } from './record-attempt.ts';

const claim: Claim = {
  tenantId: 'tenant',
  id: 'delivery',
  endpointId: 'endpoint',
  eventId: 'event',
  requestId: 'request',
  starts: 2,
  attempts: 1,
};
const stored: StoredMessage = {
  url: 'https://hooks.example/?key=secret-words',
  status: 'active',
  body: '{}',
  sealedSecrets: [Buffer.from('new'), Buffer.from('old')],
};
const away = new Error('The database is away.');
const success = { kind: 'answered', status: 204, retryAfterMs: undefined, excerpt: null } as const;

function setUp() {
  const logs: LogLine[] = [];
  const parts = {
    findMessage: vi.fn<FindMessage>(async () => stored),
    secrets: { open: vi.fn((_owner: unknown, sealed: Buffer) => sealed) },
    send: vi.fn<SendWebhook>(async () => success),
    record: vi.fn<RecordAttempt>(async () => ({ fate: { status: 'delivered' }, endpointBecame: undefined })),
    metrics: { attempt: vi.fn(), givenUp: vi.fn(), watchQueue: vi.fn() },
    log: recordingLog(logs),
    state: { works: vi.fn(), fails: vi.fn() },
  };
  const perform = createPerformDelivery(parts);
  const outcomes = () => parts.metrics.attempt.mock.calls.map(([sample]) => sample.outcome);
  const stopping = new AbortController();
  return { ...parts, logs, outcomes, stopping, perform: () => perform(claim, stopping.signal) };
}

test('a message is sent under the id of its event, signed with every secret that counts, and recorded', async () => {
  const { perform, send, record, outcomes, logs } = setUp();
  await perform();
  const secrets = [Buffer.from('new'), Buffer.from('old')];
  const message = { url: stored.url, id: 'event', body: '{}', secrets, requestId: 'request' };
  expect(send).toHaveBeenCalledExactlyOnceWith(message, expect.any(AbortSignal));
  expect(record).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ tenantId: 'tenant' }), claim, success);
  expect(outcomes()).toEqual(['delivered']);
  const names = { requestId: 'request', tenant: 'tenant', deliveryId: 'delivery', outcome: 'delivered', attempt: 2 };
  expect(logs).toMatchObject([{ level: 'info', fields: { ...names, status: 204 }, message: 'webhook' }]);
});

test('a delivery that is this worker’s no more is neither sent nor recorded', async () => {
  const { perform, findMessage, send, record, outcomes } = setUp();
  findMessage.mockResolvedValue(undefined);
  await perform();
  expect(send).not.toHaveBeenCalled();
  expect(record).not.toHaveBeenCalled();
  expect(outcomes()).toEqual(['lost']);
});

test('nothing is sent to an endpoint that was suspended meanwhile: the delivery goes back', async () => {
  const { perform, findMessage, send, record } = setUp();
  findMessage.mockResolvedValue({ ...stored, status: 'suspended' });
  await perform();
  expect(send).not.toHaveBeenCalled();
  expect(record.mock.calls[0]?.[2]).toEqual({ kind: 'interrupted' });
});

test('while the database is away nothing is sent, and it does not count', async () => {
  const { perform, findMessage, send, record, state } = setUp();
  findMessage.mockRejectedValue(away);
  await perform();
  expect(send).not.toHaveBeenCalled();
  expect(record.mock.calls[0]?.[2]).toEqual({ kind: 'interrupted' });
  expect(state.fails).toHaveBeenCalledWith(away);
});

test('a result that cannot be recorded is kept until it can, and the message is not sent again', async () => {
  const { perform, send, record, outcomes } = setUp();
  record.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
  await perform();
  expect(send).toHaveBeenCalledTimes(1);
  expect(record).toHaveBeenCalledTimes(3);
  expect(outcomes()).toEqual(['delivered']);
});

test('told to stop, it tries to record once more and gives up', async () => {
  const { perform, record, outcomes, stopping } = setUp();
  record.mockRejectedValue(away);
  const performed = perform();
  await expect.poll(() => record.mock.calls.length).toBe(1);
  stopping.abort();
  await performed;
  expect(record).toHaveBeenCalledTimes(2);
  expect(outcomes()).toEqual(['lost']);
});

test('an error of ours is logged, and recorded as one', async () => {
  const { perform, secrets, record, logs } = setUp();
  const error = new Error('Another key.');
  secrets.open.mockImplementation(() => {
    throw error;
  });
  await perform();
  expect(record.mock.calls[0]?.[2]).toEqual({ kind: 'broken', error });
  expect(logs[0]).toMatchObject({ level: 'error', fields: { err: error } });
});

test('that an endpoint was suspended is logged; its URL never is', async () => {
  const { perform, record, logs } = setUp();
  const fate = { status: 'dead', reason: 'refused' } as const;
  record.mockResolvedValue({ fate, endpointBecame: 'suspended' });
  await perform();
  expect(logs.map(({ level, message }) => [level, message])).toEqual([
    ['error', 'webhook given up'],
    ['warn', 'webhook endpoint suspended'],
  ]);
  expect(JSON.stringify(logs)).not.toContain('secret-words');
});
