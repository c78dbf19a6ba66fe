import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SubmissionError } from '@lab/sdk';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { createTestIo } from '../testing/test-io.ts';

const run = '20260101-000001-0000';
let lab: FakeLab;

beforeEach(async () => {
  lab = await createFakeLab();
});

const inOut = (name: string): string => join(lab.repoRoot, 'out', name);
const allForms = (): string =>
  `--report junit=${inOut('a.xml')} --report ctrf=${inOut('a.json')} --report html=${inOut('a.html')}`;
const runFile = (name: string): string => join(lab.labDir, 'runs', run, name);

async function expectAllForms(): Promise<void> {
  expect((await readdir(join(lab.repoRoot, 'out'))).sort()).toEqual(['a.html', 'a.json', 'a.xml']);
  expect(await readFile(inOut('a.xml'), 'utf8')).toMatch(
    /^<\?xml [\s\S]*<failure type="TEA_COLD"[\s\S]*<\/testsuites>\n$/,
  );
  expect(JSON.parse(await readFile(inOut('a.json'), 'utf8'))).toMatchObject({ reportFormat: 'CTRF' });
  expect(await readFile(inOut('a.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*TEA_COLD[\s\S]*<\/html>\n$/);
}

describe('lab grade --report', () => {
  test('writes each form into its file, and the verdict stays the exit code and the last line', async () => {
    const { exit, out, err } = await runFake(lab, `grade --seed 3 ${allForms()}`);
    expect(exit).toBe(1);
    expect(out.trimEnd().split('\n').at(-1)).toContain('FAILED ✗');
    expect(err).toContain(`Wrote the junit report to ${inOut('a.xml')}`);
    await expectAllForms();
  });

  test('takes one value each time: the scenario after it is the scenario', async () => {
    const { exit } = await runFake(lab, `grade --report junit=${inOut('a.xml')} stale-tea --seed 2`);
    expect(exit).toBe(0);
  });

  test('json with a file is what stdout shows with json alone', async () => {
    const { out } = await runFake(lab, `grade --seed 2 --report json --report json=${inOut('a.json')}`);
    expect(await readFile(inOut('a.json'), 'utf8')).toBe(out);
  });

  test.each([
    ['an unknown form', 'junti=a.xml', 'Did you mean --report junit=<file>?'],
    ['a form without a file', 'html', '--report html needs a file, as --report html=report.html'],
    ['an empty file name', 'ctrf=', '--report ctrf needs a file'],
    ['a folder', `junit=${import.meta.dirname}`, 'it is there, and is no file'],
    ['a file below a file', `junit=${import.meta.filename}/a.xml`, 'cannot be written'],
    ['a device', 'junit=/dev/null', 'it is there, and is no file'],
  ])('%s exits 64 before anything is started', async (_what, value, message) => {
    const { exit, err } = await runFake(lab, `grade --seed 2 --report ${value}`);
    expect(exit).toBe(64);
    expect(err).toContain(message);
    expect(lab.calls).toEqual([]);
  });

  test('two reports into one file exit 64', async () => {
    const { exit, err } = await runFake(lab, `grade --report junit=${inOut('a')} --report html=${inOut('a')}`);
    expect(exit).toBe(64);
    expect(err).toContain('cannot go into one file');
    expect(lab.calls).toEqual([]);
  });

  test('a link stays one: the report goes where it leads', async () => {
    await mkdir(inOut(''), { recursive: true });
    await writeFile(inOut('real.xml'), '');
    await symlink(inOut('real.xml'), inOut('link.xml'));
    await runFake(lab, `grade --seed 2 --report junit=${inOut('link.xml')}`);
    expect(await readFile(inOut('real.xml'), 'utf8')).toContain('<testsuites');
    expect((await readdir(inOut(''))).sort()).toEqual(['link.xml', 'real.xml']);
  });

  test('Ctrl-C between two reports leaves whole files alone', async () => {
    const io = createTestIo();
    const interrupting = {
      ...io,
      stderr: {
        write: (text: string) => {
          if (text.includes('Wrote the junit report')) io.send('SIGINT');
        },
      },
    };
    const { exit } = await runFake(lab, `grade --seed 3 ${allForms()}`, interrupting);
    expect(exit).toBe(130);
    await expectAllForms();
  });

  test('a file that can no longer be written exits 69, and says how to get the report', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        await mkdir(join(inOut('a.xml'), 'in the way'), { recursive: true });
      },
    });
    const { exit, err } = await runFake(lab, `grade --seed 2 --report junit=${inOut('a.xml')}`);
    expect(exit).toBe(69);
    expect(err).toContain(`npx lab run export ${run} --report junit=<file>`);
  });
});

describe('the page of a run', () => {
  test('every grade leaves one in its folder, and names it among what to do next', async () => {
    const { out } = await runFake(lab, 'grade --seed 3');
    expect(await readFile(runFile('report.html'), 'utf8')).toContain('FAILED ✗');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`npx lab open ${run}`);
    expect(out).toContain(runFile('report.html'));
  });

  test('one that cannot be made costs no verdict', async () => {
    lab = await createFakeLab({
      startTestbed: async () => {
        await mkdir(join(runFile('report.html'), 'in the way'), { recursive: true });
      },
    });
    const { exit, out, err } = await runFake(lab, 'grade --seed 2');
    expect(exit).toBe(0);
    expect(err).toContain('The page of this run could not be made');
    expect(out).not.toContain('npx lab open');
  });
});

describe('lab judge --report', () => {
  test('writes the reports of the run as it is judged now', async () => {
    await runFake(lab, 'grade --seed 3');
    expect((await runFake(lab, `judge ${run} ${allForms()}`)).exit).toBe(1);
    await expectAllForms();
  });
});

describe('lab run export', () => {
  test('writes the reports of a recorded run, and lists them', async () => {
    await runFake(lab, 'grade --seed 3');
    const { exit, out } = await runFake(lab, `run export ${run} ${allForms()}`);
    expect(exit).toBe(0);
    expect(out).toContain(`junit  ${inOut('a.xml')}\n`);
    await expectAllForms();
  });

  test('writes the page of code that was rejected', async () => {
    lab = await createFakeLab({
      grade: () => {
        throw new SubmissionError('E_BOOT_EXITED', { stage: 'boot', message: 'It ended.' });
      },
    });
    await runFake(lab, 'grade');
    await runFake(lab, `run export ${run} --report html=${inOut('a.html')} --report junit=${inOut('a.xml')}`);
    expect(await readFile(inOut('a.html'), 'utf8')).toContain('it has no timeline');
    expect(await readFile(inOut('a.xml'), 'utf8')).toContain('failures="1"');
  });

  test('takes a grade of a run of lab verify, and names those of one', async () => {
    await runFake(lab, 'verify --variant broken');
    const { exit, err } = await runFake(lab, `run export ${run} --report html=${inOut('a.html')}`);
    expect(exit).toBe(64);
    const [, name] = /npx lab run export (\S+) --report/.exec(err) ?? [];
    expect((await runFake(lab, `run export ${name} --report html=${inOut('a.html')}`)).exit).toBe(0);
  });

  test.each([
    ['export without a report', `run export ${run}`],
    ['export to stdout', `run export ${run} --report json`],
    ['export of no run', 'run export --report html=a.html'],
    ['list with a report', 'run list --report json'],
  ])('%s exits 64', async (_what, line) => {
    expect((await runFake(lab, line)).exit).toBe(64);
  });
});

describe('lab open', () => {
  /** A stand-in for the program that opens files: it writes down what it was given. */
  async function openerIo(script: string) {
    const bin = join(lab.repoRoot, 'bin');
    await mkdir(bin, { recursive: true });
    for (const name of ['xdg-open', 'open'])
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return createTestIo({ env: { PATH: bin, DISPLAY: ':7' } });
  }

  test.runIf(process.platform !== 'darwin')('without a display prints the path and the address', async () => {
    await runFake(lab, 'grade --seed 3');
    const { exit, out } = await runFake(lab, 'open');
    expect(exit).toBe(0);
    expect(out).toBe(`${runFile('report.html')}\nfile://${runFile('report.html')}\n`);
  });

  test('with a display opens the page of the run', async () => {
    await runFake(lab, 'grade --seed 3');
    const io = await openerIo(`echo "$1" > ${join(lab.repoRoot, 'opened')}`);
    const { exit, out } = await runFake(lab, `open ${run}`, io);
    expect(exit).toBe(0);
    expect(out).toBe(`${runFile('report.html')}\n`);
    expect(await readFile(join(lab.repoRoot, 'opened'), 'utf8')).toBe(`${runFile('report.html')}\n`);
  });

  test('an opener that fails, or is not there, costs nothing', async () => {
    await runFake(lab, 'grade --seed 3');
    const failing = await runFake(lab, 'open', await openerIo('exit 3'));
    const missing = await runFake(lab, 'open', createTestIo({ env: { PATH: lab.repoRoot, DISPLAY: ':7' } }));
    for (const { exit, out } of [failing, missing]) {
      expect(exit).toBe(0);
      expect(out).toContain('file://');
    }
  });

  test('makes a page that is not there yet, also of a grade of lab verify', async () => {
    await runFake(lab, 'verify --variant broken');
    const [name = ''] = await readdir(join(lab.labDir, 'runs', run, 'graded'));
    expect((await runFake(lab, `open ${run}/${name}`)).exit).toBe(0);
    expect(await readFile(join(lab.labDir, 'runs', run, 'graded', name, 'report.html'), 'utf8')).toContain('</html>');
  });

  test('without a run takes the newest that was graded', async () => {
    await runFake(lab, 'grade --seed 2');
    await runFake(lab, 'grade --seed 3');
    await rm(join(lab.labDir, 'runs', '20260101-000002-0000', 'report.json'));
    expect(JSON.parse((await runFake(lab, 'open --json')).out)).toMatchObject({ run, opened: false });
  });

  test('with nothing graded exits 64', async () => {
    expect((await runFake(lab, 'open')).exit).toBe(64);
  });
});
