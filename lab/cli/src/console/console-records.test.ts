import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { createFakeLab, runFake } from '../testing/fake-services.ts';
import { consoleRecords } from './console-records.ts';

test('runs are listed by what they are, and each is told as a whole', async () => {
  const lab = await createFakeLab();
  await runFake(lab, 'grade --seed 3');
  const practice = '20270101-000000-0001';
  const runDir = join(lab.labDir, 'runs', practice);
  await mkdir(runDir, { recursive: true });
  const event = { seq: 1, event: 'phase', v: 1, run: practice, t: 5, wall: 1, name: 'practice', state: 'load' };
  await writeFile(join(runDir, 'events.ndjson'), `${JSON.stringify(event)}\n{"seq":2,"eve`);
  const records = consoleRecords({ ...lab } as unknown as Context);

  const { runs } = (await records.runs()) as { runs: { run: string; kind: string; verdict: string | null }[] };
  expect(runs.map(({ kind }) => kind)).toEqual(['practice', 'grade']);
  expect(await records.run(practice, null)).toMatchObject({ kind: 'practice', events: [{ event: 'phase', t: 5 }] });

  const graded = runs[1]?.run ?? '';
  const document = await records.run(graded, null);
  expect(document).toMatchObject({ kind: 'grade', run: graded, hints: { seen: [] }, reference: null, series: [] });
  expect(document).toHaveProperty('report.scenario', 'stale-tea');
  expect(document).toHaveProperty(['lessons', 'stale-tea/hot', 'experiments'], ['pour']);
  await expect(records.run('20260909-000000-0001', null)).rejects.toMatchObject({ code: 'E_RUN_UNKNOWN' });
  await expect(records.diff('no-such')).rejects.toMatchObject({ code: 'E_SCENARIO_UNKNOWN' });
});
