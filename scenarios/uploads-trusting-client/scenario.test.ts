import { type Evidence, type Experiment, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, checkNamed, codesAround, codesOf, evidenceOf } from '../shared/testing/evidence.ts';
import { fakeUploads, type Wrongs } from '../shared/testing/fake-uploads.ts';
import { thumbnailRow } from './experiments/follow.ts';
import { settle } from './experiments/settle.ts';
import { clearedAfterMs, decidedWithinMs, formSeconds, imageBytesMax, videoBytesMax } from './limits.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, stack, story, variants } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
});

test('the first hint does not name an answer', () => {
  expect(hints[0]).not.toMatch(/HEAD|content-length-range|condition|IEND|polyglot|signature/i);
});

test('the last look comes last, and alone', () => {
  expect(experiments.filter(({ phase }) => phase === 'recover')).toEqual([settle]);
  expect(experiments.at(-1)).toBe(settle);
});

test('two replicas can confirm, and another worker can take over', () => {
  expect(stack.replicas.api).toBeGreaterThan(1);
  expect(stack.replicas.worker).toBeGreaterThan(1);
});

test('the limits in the story are those of the environment', () => {
  expect(stack.environment).toMatchObject({
    UPLOAD_IMAGE_MAX_BYTES: String(imageBytesMax),
    UPLOAD_VIDEO_MAX_BYTES: String(videoBytesMax),
    UPLOAD_FORM_TTL_SECONDS: String(formSeconds),
  });
  for (const bytes of [imageBytesMax, videoBytesMax]) expect(budgets).toContain(bytes.toLocaleString('en-GB'));
});

test('the time for a decision in the story is the one that is judged', () => {
  const row = { experiment: 'honest-files', what: 'a PNG', expected: 'ready', announced: 201, way: 'form', sent: 204 };
  const ready = { confirmed: 202, status: 'ready', served: 200, sha256: 'aa', servedSha256: 'aa' };
  const decidedAfter = (ms: number) =>
    evidenceOf(scenario, { tables: [{ table: 'uploads', rows: [{ ...row, ...ready, decidedAfterMs: ms }] }] });
  expect(budgets).toContain(`decided within ${decidedWithinMs / 1_000} s`);
  const check = checkNamed(scenario, 'allowed-files-come-through');
  expect(codesAround(check, decidedWithinMs, decidedAfter)).toEqual([[], ['READY_LATE']]);
});

/** A whole run of all experiments on a small ShelfWise, right but for these wrongs. */
async function runOn(wrongs: Wrongs, formMs = formSeconds * 1_000): Promise<Evidence> {
  const limits = { imageBytesMax, videoBytesMax, formMs, clearedAfterMs };
  const { h } = fakeUploads(limits, wrongs);
  const tables = [];
  const records = [];
  for (const experiment of experiments as readonly Experiment[]) {
    const outcome = await experiment.run(h);
    tables.push(...(outcome.tables ?? []));
    records.push(attemptOf(experiment.id, { reached: outcome.reached }));
  }
  return evidenceOf(scenario, { tables, experiments: records });
}

async function found(wrongs: Wrongs, formMs?: number): Promise<Readonly<Record<string, readonly string[]>>> {
  const evidence = await runOn(wrongs, formMs);
  // The daily load is another's: this ShelfWise has none.
  const judged = checks.filter(({ id }) => !id.endsWith('/steady-state'));
  const codes = judged.map((check) => [check.id.slice(scenario.id.length + 1), codesOf(check, evidence)] as const);
  return Object.fromEntries(codes.filter(([, list]) => list.length > 0));
}

test('a service that does everything right passes', async () => {
  expect(await found({})).toEqual({});
});

test.each<[string, Wrongs, string, string]>([
  ['takes any length', { anySize: true }, 'store-refuses-the-size', 'STORE_TOOK_IT'],
  ['signs for whatever is too large or empty', { anyAnnouncement: true }, 'store-refuses-the-size', 'STORE_TOOK_IT'],
  ['signs for a page', { anyAnnouncement: true }, 'store-refuses-the-place', 'STORE_TOOK_IT'],
  ['takes any place', { anyPlace: true }, 'store-refuses-the-place', 'STORE_TOOK_IT'],
  ['takes any type', { anyType: true }, 'store-refuses-the-place', 'STORE_TOOK_IT'],
  ['takes files at any time', { anyTime: true }, 'forms-end', 'STORE_TOOK_IT'],
  ['never clears up', { stays: true }, 'forms-end', 'NOT_CLEARED'],
  ['confirms unseen', { unseen: true }, 'confirmation-looks', 'CONFIRMED_UNSEEN'],
  ['begins anew', { anew: true }, 'confirmed-once', 'ANSWERS_DIFFER'],
  ['begins anew, and works again', { anew: true }, 'confirmed-once', 'PROCESSED_AGAIN'],
  ['looks at the beginning', { content: 'beginning' }, 'content-decides', 'PAGE_SERVED'],
  [
    'looks at the beginning, of which there may be no more',
    { content: 'beginning' },
    'content-decides',
    'IMPOSTOR_READY',
  ],
  ['does not look', { content: 'all' }, 'content-decides', 'IMPOSTOR_READY'],
  ['serves inline', { inline: true }, 'content-decides', 'SERVED_INLINE'],
  ['does not wait for the scanner', { scanner: 'not-awaited' }, 'only-clean-is-ready', 'READY_BEFORE_THE_VERDICT'],
  ['does not heed the scanner', { scanner: 'not-heeded' }, 'only-clean-is-ready', 'INFECTED_SERVED'],
  ['has files sent to itself', { storeUrl: 'http://api.example' }, 'bytes-pass-the-api-by', 'NOT_SENT_TO_THE_STORE'],
])('a service that %s is found', async (_what, wrongs, check, code) => {
  expect((await found(wrongs))[check]).toContain(code);
});

test('a form that ends too soon is found', async () => {
  expect(await found({}, 2_500)).toEqual({ 'forms-end': ['STORE_REFUSED_IT', 'UPLOAD_REFUSED'] });
});

test('a service that is right in length is not blamed for its content, and the other way round', async () => {
  expect(Object.keys(await found({ content: 'all' }))).toEqual(['content-decides']);
  expect(Object.keys(await found({ inline: true }))).toEqual(['content-decides']);
  expect(Object.keys(await found({ anyTime: true }))).toEqual(['forms-end']);
});

test('a thumbnail that is delivered inline is found, and an attachment is not', () => {
  const found = (thumbnailAs: string) => {
    const row = { experiment: 'honest-files', upload: 'one', what: 'a PNG', operation: 7, atMs: 1, thumbnailAs };
    const tables = [
      { table: 'uploads', rows: [thumbnailRow(row)] },
      { table: 'uploads-at-rest', rows: [] },
    ];
    return codesOf(checkNamed(scenario, 'content-decides'), evidenceOf(scenario, { tables }));
  };
  expect(found('inline; filename="a.webp"')).toEqual(['SERVED_INLINE']);
  expect(found('attachment; filename="a.webp"')).toEqual([]);
});

test('nothing is judged by a run that recorded nothing', () => {
  const judged = checks.filter(({ id }) => !id.endsWith('/steady-state'));
  for (const check of judged) expect(codesOf(check, evidenceOf(scenario))).toEqual(['NOT_MEASURED']);
});

test('every code that a variant is claimed by is one that its check can find', () => {
  expect(Object.values(claimedCodes(scenario)).flat()).not.toContain('NOT_MEASURED');
  expect(Object.keys(claimedCodes(scenario)).sort()).toEqual(
    checks.map(({ id }) => id.slice(scenario.id.length + 1)).sort(),
  );
});
