import { createHash } from 'node:crypto';
import { LabError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { inconclusiveReport, judge } from '../../judge.ts';
import { check, evidence, labFacts, labSection, scenarioOf } from '../../testing/evidence.ts';
import { crowdedRun, hostileReport, hostileRun, recordedReport, recordedRun } from '../testing/recorded-run.ts';
import { allText, everyElement, parseStrictXml, type XmlElement } from '../testing/strict-xml.ts';
import { pageStyle } from './page-style.ts';
import { renderHtml } from './render-html.ts';

const small = renderHtml(recordedReport, recordedRun, { titles: { 'late-fill': 'A reader fills the cache late' } });
const crowd = crowdedRun(10_000);
const crowded = renderHtml(crowd.report, crowd.evidence);
const hostile = renderHtml(hostileReport, hostileRun);
const broken = inconclusiveReport({
  scenario: scenarioOf([check('fresh')]),
  subject: 'workspace',
  seed: 42,
  lab: labSection,
  ignoredFiles: [],
  error: new LabError('E_PORT_TAKEN', { message: 'Port 5432 is taken.' }),
});
const passed = judge({
  scenario: scenarioOf([check('fresh')]),
  evidence: evidence({ history: [], samples: [], timeline: [], experiments: [], exits: [] }),
  subject: 'reference',
  lab: labFacts,
  ignoredFiles: [],
});
const written: readonly (readonly [what: string, page: string])[] = [
  ['a small run', small],
  ['a crowded run', crowded],
  ['hostile text', hostile],
  ['a run without evidence', renderHtml(broken, null)],
  ['a passed run', renderHtml(passed, null)],
];

function elementsOf(page: string): readonly XmlElement[] {
  return everyElement(parseStrictXml(page));
}

const pages = written.map(([what, page]) => ({ what, page, elements: elementsOf(page) }));

const attributeOf = (elements: readonly XmlElement[], name: string): string[] =>
  elements.flatMap(({ attributes }) => attributes.get(name) ?? []);

test('a run reads from its verdict to each operation', async () => {
  await expect(small.slice(small.indexOf('<body>'))).toMatchFileSnapshot('../golden/page.html');
});

test.each(pages)('the page of $what loads nothing and runs nothing', ({ elements }) => {
  const names = new Set(elements.map(({ name }) => name));
  for (const name of ['script', 'link', 'img', 'iframe', 'object', 'form', 'base', 'image', 'animate']) {
    expect(names, name).not.toContain(name);
  }
  const attributes = elements.flatMap((element) => [...element.attributes.keys()]);
  expect(attributes.filter((name) => /^(?:on|src|style$|srcset|action)/.test(name))).toEqual([]);
  expect(attributeOf(elements, 'href').filter((href) => !/^#[a-z0-9-]+$/.test(href))).toEqual([]);
  expect(pageStyle).not.toMatch(/url\(|@import|[<>&"']/);
});

test.each(pages)('the policy of the page of $what allows its own style and nothing else', ({ page, elements }) => {
  const policy = elements.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy');
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(policy?.attributes.get('content')).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
});

test.each(pages)('the page of $what can be read without seeing it', ({ elements }) => {
  const named = (name: string) => elements.filter((element) => element.name === name);
  for (const landmark of ['header', 'nav', 'main', 'footer', 'h1', 'title'])
    expect(named(landmark), landmark).toHaveLength(1);
  expect(elements[0]?.attributes.get('lang')).toBe('en');
  const levels = elements.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
  expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  for (const table of named('table')) {
    const inside = everyElement(table);
    expect(inside.filter(({ name }) => name === 'caption')).toHaveLength(1);
    expect(inside.filter(({ name }) => name === 'td').length).toBeGreaterThan(0);
    expect(inside.filter(({ name, attributes }) => name === 'th' && !attributes.has('scope'))).toEqual([]);
  }
  const captions = named('caption').map(allText);
  expect(new Set(captions).size).toBe(captions.length);
  expect(
    named('figure')
      .flatMap(everyElement)
      .filter(({ name }) => name === 'a')
      .every(({ attributes }) => attributes.has('aria-label')),
  ).toBe(true);
});

test.each(pages)('every link and label in the page of $what leads to one place', ({ elements }) => {
  const ids = attributeOf(elements, 'id');
  expect(new Set(ids).size).toBe(ids.length);
  const wanted = [
    ...attributeOf(elements, 'href').map((href) => href.slice(1)),
    ...attributeOf(elements, 'aria-labelledby'),
  ];
  expect([...new Set(wanted)].filter((id) => !ids.includes(id))).toEqual([]);
});

test('hostile text is shown as text', () => {
  const root = parseStrictXml(hostile);
  expect(allText(root)).toContain(`<script>alert(1)</script>]]>"'&amp;`);
  expect(everyElement(root).filter(({ attributes }) => attributes.has('onload'))).toEqual([]);
});

test('a page of 10,000 operations stays small, and says what it leaves out', () => {
  expect(Buffer.byteLength(crowded)).toBeLessThan(1_500_000);
  const dots = crowded.match(/<use href="#dot-(?:read|write|fail|unknown)" x="[\d.]+%"/g) ?? [];
  expect(dots).toHaveLength(2_000);
  expect(crowded).toContain('Left out: 8,000 of 10,000 operations');
  expect(crowded).toContain('Left out: 9,000 more.');
});

test('the table below the picture has a row for each of its dots', () => {
  const tables = elementsOf(crowded).filter(({ name }) => name === 'table');
  const table = tables.find((one) => allText(one).includes('Operations that the picture shows'));
  expect(everyElement(table as XmlElement).filter(({ name }) => name === 'tr')).toHaveLength(2_001);
});

test('operations that findings name are listed with request id, replica, times and value', () => {
  const row = elementsOf(small).find(({ attributes }) => attributes.get('id') === 'operation-1') as XmlElement;
  const cells = row.children.map(({ text }) => text);
  expect(cells).toEqual(expect.arrayContaining(['1', 'api-1', '1300', '4.050', '4.250', 'r-1', 'ok 200']));
});

test('an attempt that was not reached has another form than one that was', () => {
  expect(small).toMatch(/>late-fill, reached in 1 of 2 attempts,<\/text>\s*<text[^>]*>✗\u00a0STALE_AFTER_WRITE</);
  expect(small.match(/<rect class="unreached"/g)).toHaveLength(1);
});

test('a run that ended before there was evidence says why, and that it has no timeline', () => {
  const page = renderHtml(broken, null);
  expect(page).toContain('Port 5432 is taken.');
  expect(page).toContain('it has no timeline');
  expect(page).not.toContain('<svg');
});

test('a run in which nothing was recorded says so', () => {
  const empty = evidence({ history: [], samples: [], timeline: [], experiments: [], exits: [] });
  expect(renderHtml(passed, empty)).toContain('Nothing was recorded.');
});
