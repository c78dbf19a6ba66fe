import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSession } from '@lab/console';
import { beforeEach, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { startFakeSession } from '../testing/fake-session.ts';
import { fitting } from '../testing/fits-schema.ts';
import { createTestIo } from '../testing/test-io.ts';
import { writeDoor } from './console-door.ts';

let lab: FakeLab;
let token: string;
let port: number;
beforeEach(async () => {
  lab = await createFakeLab();
  ({ port } = await startFakeSession(lab, {}));
  const session = readSession(lab.labDir);
  token = session.kind === 'running' ? session.record.token : '';
});

const door = () => join(lab.labDir, 'open-console.html');

test.runIf(process.platform !== 'darwin')(
  'without a display the address is printed, with the token in its fragment',
  async () => {
    const { exit, out } = await runFake(lab, 'open --console');
    expect(exit).toBe(0);
    expect(out).toBe(`http://127.0.0.1:${port}/console/#token=${token}\n`);
  },
);

test('the browser is started with a file that only its owner reads; the token is in no argument and not printed', async () => {
  const bin = join(lab.repoRoot, 'bin');
  const given = join(lab.repoRoot, 'given');
  await mkdir(bin, { recursive: true });
  for (const name of ['xdg-open', 'open']) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "$@" > ${given}\n`, { mode: 0o755 });
  }
  const { out, err } = await runFake(lab, 'open --console', createTestIo({ env: { PATH: bin, DISPLAY: ':7' } }));
  expect(await readFile(given, 'utf8')).toBe(`${door()}\n`);
  expect((await stat(door())).mode & 0o777).toBe(0o600);
  expect(await readFile(door(), 'utf8')).toContain(`/console/#token=${token}`);
  expect(`${out}${err}`).not.toContain(token);
});

test('a program is given the address, as the schema has it', async () => {
  const { out } = await runFake(lab, 'open --console --json');
  expect(fitting('lab.open.1', out)).toMatchObject({
    url: `http://127.0.0.1:${port}/console/#token=${token}`,
    opened: false,
  });
});

test('--console goes with no run', async () => {
  expect((await runFake(lab, 'open 20260101-000001-0000 --console')).exit).toBe(64);
});

test('what a lab that was killed has left of the way in is cleared away', async () => {
  const killed = await createFakeLab();
  const file = writeDoor(killed.labDir, `http://127.0.0.1:${port}/console/#token=${token}`);
  expect(existsSync(file)).toBe(true);
  await runFake(killed, 'stop');
  expect(existsSync(file)).toBe(false);
});
