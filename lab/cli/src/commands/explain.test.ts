import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processStartTime } from '@lab/console';
import { beforeEach, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';

let lab: FakeLab;

beforeEach(async () => {
  lab = await createFakeLab();
});

test('a check tells what must hold, and why, from its lesson', async () => {
  await mkdir(join(lab.repoRoot, 'lessons', 'tea'), { recursive: true });
  const page = [
    '<a id="hot"></a>',
    '## The tea is hot',
    '**What must hold.** At 60 °C, [always](x.md).\nAnd _longer_.',
    '**How it goes wrong.** A `lid` is off.',
    '**What holds.** A lid.',
    '<a id="drunk"></a>',
    '**What must hold.** The cup is empty.',
  ].join('\n\n');
  await writeFile(join(lab.repoRoot, 'lessons', 'tea', 'index.md'), page);
  const { out } = await runFake(lab, 'explain hot');
  expect(out).toContain('What must hold. At 60 °C, always. And longer.');
  expect(out).toContain('How it goes wrong. A lid is off.');
  expect(out).not.toContain('A lid.\n');
  expect(out).not.toContain('empty');
});

test('a scenario tells its story and its checks, a check what it looks at and what shows it', async () => {
  const { out: story } = await runFake(lab, 'explain stale-tea');
  expect(story).toContain('Budget: One kettle a minute.');
  expect(story).toContain('  stale-tea/drunk  lessons/tea#drunk');
  const { out: check } = await runFake(lab, 'explain hot');
  expect(check).toContain('It looks at: Pour it');
  expect(check).toContain('Try: kettle-off\nWatch: tea_seconds\nFinds: TEA_COLD\nLesson: lessons/tea#hot\n');
});

test('a fault tells what it does, what can be set, and which checks it shows', async () => {
  const { exit, out } = await runFake(lab, 'explain kettle-off');
  expect(exit).toBe(0);
  expect(out).toBe(`kettle-off  The kettle is off

Water stays cold.

--set cups=2  how many; a whole number from 1 to 6

It ends by itself, after --for or 30 seconds.

Try: npx lab fault on kettle-off

Checks, with their sections in the lessons:
  stale-tea/hot    lessons/tea#hot
  stale-tea/drunk  lessons/tea#drunk

Page: /reference/faults/#kettle-off in npx lab open --console
`);
});

test.each(['tea_seconds', 'tea_seconds_bucket', 'TEA_SECONDS_COUNT'])(
  '%s tells what is measured, in what, by what, and where it is declared',
  async (name) => {
    const { out } = await runFake(lab, `explain ${name}`);
    expect(out).toMatch(/^tea_seconds {2}Time that the tea drew\.\n/);
    expect(out).toContain('Measured in: seconds\n');
    expect(out).toContain('Labels: kind.');
    expect(out).toContain('lab/service/src/tea.ts:3');
    expect(out).toContain('stale-tea/hot  lessons/tea#hot');
  },
);

test.each([
  ['TEA_COLD', { kind: 'finding', title: 'The tea was cold.', page: '/reference/findings/#TEA_COLD' }],
  ['NO_TEA', { kind: 'error', title: 'There is no tea', page: '/reference/errors/#NO_TEA' }],
  ['e_kettle', { kind: 'error', id: 'E_KETTLE', title: 'The kettle … is missing.' }],
])('the code %s is explained, in whatever case', async (code, told) => {
  const { out } = await runFake(lab, `explain ${code} --json`);
  expect(JSON.parse(out)).toMatchObject({ ...told, unit: null, lesson: null, url: null });
});

test('what the service answers and what the lab ends with say how: the status, the exit code', async () => {
  expect((await runFake(lab, 'explain NO_TEA')).out).toContain('HTTP 404');
  const { out } = await runFake(lab, 'explain E_KETTLE');
  expect(out).toContain('Exit 69');
  expect(out).toContain('The kettle leaks.');
});

test.each([
  ['kettle-of', 'Did you mean kettle-off?'],
  ['tea_second', 'Did you mean tea_seconds?'],
  ['TEA_COLT', 'Did you mean TEA_COLD?'],
  ['NO_TEAS', 'Did you mean NO_TEA?'],
  ['E_KETTEL', 'Did you mean E_KETTLE?'],
  ['quite-another-thing', 'npx lab list'],
])('for %s, which nothing is called, the hint is: %s', async (subject, hint) => {
  const { exit, err } = await runFake(lab, `explain ${subject}`);
  expect(exit).toBe(64);
  expect(err).toContain(`Nothing is called "${subject}".`);
  expect(err).toContain(hint);
});

test('while a session runs, the page is on its server', async () => {
  const record = {
    schema: 'lab.session/1',
    state: 'running',
    run: null,
    port: 4_999,
    token: 'x',
    scenario: 'stale-tea',
  };
  const owner = { labPid: process.pid, labStartTime: processStartTime(process.pid) };
  const rest = { workspace: '', startedAt: '', parts: [], replicas: [] };
  await writeFile(join(lab.labDir, 'session.json'), JSON.stringify({ ...record, ...owner, ...rest }));
  const { out } = await runFake(lab, 'explain TEA_COLD');
  expect(out).toContain('Page: http://127.0.0.1:4999/reference/findings/#TEA_COLD\n');
});
