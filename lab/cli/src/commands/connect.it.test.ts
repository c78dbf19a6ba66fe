import type { ControlServer } from '@lab/console';
import { UsageError } from '@lab/sdk';
import { beforeEach, expect, test } from 'vitest';
import { connectionsOf } from '../session/connections.ts';
import { createFakeGround, fakePassword } from '../testing/fake-ground.ts';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { startFakeSession } from '../testing/fake-session.ts';
import { fitting } from '../testing/fits-schema.ts';
import { createTestIo } from '../testing/test-io.ts';

// The command, the control API and the files are real; the stack is not.

let lab: FakeLab;
let server: ControlServer;
/** What the session refuses with. */
let refusal: Error | null;

beforeEach(async () => {
  lab = await createFakeLab();
  refusal = null;
  const ground = await createFakeGround();
  server = await startFakeSession(lab, {
    connections: () => {
      if (refusal !== null) throw refusal;
      return { scenario: 'stale-tea', run: 'r', parts: connectionsOf(ground) };
    },
  });
});

async function document(line: string) {
  const { exit, out } = await runFake(lab, `${line} --json`);
  expect(exit).toBe(0);
  return fitting('lab.connect.1', out);
}

const secrets = [fakePassword, encodeURIComponent(fakePassword)];

test('without a part there is a line for each part and replica', async () => {
  const { exit, out, err } = await runFake(lab, 'connect');
  expect(exit).toBe(0);
  expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
    ['postgres', 'postgres://admin@127.0.0.1:5000/shop'],
    ['redis-cache', 'redis://127.0.0.1:5001'],
    ['redis-queue', 'redis://127.0.0.1:5002'],
    ['payment', 'http://127.0.0.1:7003'],
    ['toxiproxy', 'http://127.0.0.1:5004'],
    ['kettle', 'http://127.0.0.1:5005'],
    ['redis-limits', 'redis://127.0.0.1:5006'],
    ['s3', 'http://127.0.0.1:5007/shelfwise'],
    ['scanner', 'tcp://127.0.0.1:8003'],
    ['receiver', 'http://127.0.0.1:9001'],
    ['api-1', 'http://127.0.0.1:6001'],
    ['api-2', 'down'],
    ['worker-1', 'http://127.0.0.1:6103'],
    [''],
  ]);
  expect(err).toContain('npx lab connect <name>');
});

test('of one part there is the command, where its client is on the PATH', async () => {
  const io = createTestIo({ env: { PATH: process.env['PATH'] ?? '' } });
  const { out } = await runFake(lab, 'connect toxiproxy', io);
  expect(out.split('\n')).toContain('curl -sS http://127.0.0.1:5004/proxies');
});

test('without its client there are the address and the package', async () => {
  const { out } = await runFake(lab, 'connect postgres');
  expect(out).toContain('postgres://admin@127.0.0.1:5000/shop');
  expect(out).toContain('Debian and Ubuntu have it in postgresql-client');
  expect(out).not.toContain('PGPASSFILE=');
});

test.each(['connect', 'connect postgres', 'connect redis-cache'])(
  '"lab %s" prints no password, and with --password it does',
  async (line) => {
    const plain = JSON.stringify(await document(line)) + (await runFake(lab, line)).out;
    const told = JSON.stringify(await document(`${line} --password`));
    for (const secret of secrets) expect(plain).not.toContain(secret);
    expect(told).toContain(secrets[1]);
  },
);

test('the document of one part holds that part alone', async () => {
  const { parts } = await document('connect api-2');
  expect(parts).toMatchObject([{ name: 'api-2', url: null, command: null, clientInstalled: false }]);
});

test.each([
  ['toxiprxy', 'Did you mean toxiproxy?'],
  ['redis', 'It has postgres, redis-cache, redis-queue'],
])('of a part %s that is not there it exits 64 and says: %s', async (part, text) => {
  const { exit, err } = await runFake(lab, `connect ${part}`);
  expect(exit).toBe(64);
  expect(err).toContain(text);
});

test('what the session refuses is told as its own word', async () => {
  refusal = new UsageError('E_STOPPING', { message: 'The session is stopping.', hint: 'npx lab status' });
  const { exit, err } = await runFake(lab, 'connect');
  expect(exit).toBe(64);
  expect(err).toContain('The session is stopping.');
});

test('a session that does not answer exits 69', async () => {
  await server[Symbol.asyncDispose]();
  const { exit, err } = await runFake(lab, 'connect');
  expect(exit).toBe(69);
  expect(err).toContain('npx lab status');
});
