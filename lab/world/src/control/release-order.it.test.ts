import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createProvider } from '../payment/provider.ts';
import { startProviderServer } from '../payment/provider-server.ts';
import { token } from '../testing/test-world.ts';
import { startControlServer } from './control-server.ts';

const body = JSON.stringify({ reference: 'order-1', amountCents: 1, currency: 'EUR' });
const charge = `POST /charges HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test('a call that is held before does not act when its release is read before the close of its connection', async () => {
  const provider = createProvider({ now: Date.now, newId: randomUUID, random: () => 0 });
  await using payment = await startProviderServer(provider, [{ caller: 'worker-1', port: 0 }]);
  const hold = provider.hold({ at: 'before' }) ?? '';
  const caller = connect(payment.ports[0]?.port ?? 0, '127.0.0.1');
  const ask = (method: string) =>
    lab.write(`${method} /holds/${hold} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  // Both arrive while the control connection alone is being read: at the next look the kernel names it first again.
  let seen = 0;
  const waiting = (id: string) => {
    const held = provider.waiting(id);
    seen += held?.length ?? 0;
    if (seen === 3) {
      caller.destroy();
      ask('DELETE');
    }
    return held;
  };
  const onStop = () => undefined;
  await using control = await startControlServer({
    provider: { ...provider, waiting },
    payment,
    token,
    port: 0,
    onStop,
  });
  const lab = connect(control.port, '127.0.0.1');
  let read = '';
  lab.setEncoding('utf8').on('data', (text: string) => {
    read += text;
    if (seen < 3) ask('GET');
  });
  const released = new Promise<void>((resolve) => lab.on('data', () => read.includes('"released"') && resolve()));
  await Promise.all([once(caller, 'connect'), once(lab, 'connect')]);
  caller.write(charge);
  ask('GET');
  await released;
  lab.destroy();
  expect(read).toContain('{"released":0}');
  expect(provider.ledger({ call: 0, charge: 0, limit: 9 })).toMatchObject({
    charges: [],
    calls: [{ outcome: 'dropped' }],
  });
});
