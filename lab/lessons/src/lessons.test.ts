import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { faultCatalogue } from '@lab/faults';
import { describe, expect, test } from 'vitest';
import { byHandOf } from './by-hand.ts';
import { codeFencesOf, codeOf } from './code.ts';
import { withFigures } from './figures-in-lesson.ts';
import { idsOf, sectionOf } from './ids.ts';
import { sentencesOf } from './prose.ts';
import { questionProblems } from './questions.ts';
import { readabilityOf } from './readability.ts';
import { loadFigures, loadScenarios } from './write-figures.ts';
import { listedChecksOf, withWrongFixes } from './wrong-fixes.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..');
const read = (file: string) => readFileSync(join(repoRoot, file), 'utf8');
const topics = readdirSync(join(repoRoot, 'lessons'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'figures')
  .map((entry) => entry.name);
/** What `lab scenario new` writes, until its author has taken out the last mark: nothing fails because of it. */
const isDraft = (text: string) => text.includes('<!-- DRAFT:');
const lessons = topics
  .map((topic) => ({ topic, text: read(`lessons/${topic}/index.md`) }))
  .filter(({ text }) => !isDraft(text));

const serviceFolder = join(repoRoot, 'lab', 'service', 'src');
const serviceText = readdirSync(serviceFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(serviceFolder, file), 'utf8'))
  .join('\n');

const simulators = readdirSync(join(repoRoot, 'site', 'src', 'simulators'));

const scenarios = await loadScenarios();
const ids = [...scenarios].filter(([, { lesson }]) => !isDraft(read(`${lesson}/index.md`))).map(([id]) => id);

describe.each(lessons)('the lesson on $topic', ({ text }) => {
  test('is read with nine years of school at most', () => {
    const { grade, sentenceWords, words } = readabilityOf(sentencesOf(text));
    expect(words).toBeGreaterThan(300);
    expect(grade).toBeLessThanOrEqual(9);
    expect(sentenceWords).toBeLessThanOrEqual(18);
  });

  test('has a title, and no second heading of the first rank', () => {
    expect(/^---\n\s*title: \S/.test(text)).toBe(true);
    expect(/^# /m.test(text.replaceAll(/```[\s\S]*?```/g, ''))).toBe(false);
  });

  test('gives a reason for every choice of its questions', () => {
    expect(questionProblems(text)).toEqual([]);
    expect(text.includes('<lab-question')).toBe(true);
  });

  test('shows code that is there, and has no copy of it', () => {
    const fences = codeFencesOf(text);
    expect(fences.filter(({ body }) => body.trim() !== '').map(({ file }) => file)).toEqual([]);
    for (const { file, region } of fences) expect(codeOf(read(file), region)).not.toBe('');
    // A fence that names a file and cannot be read would be shown empty.
    expect(text.match(/^```.*file=.*$/gm) ?? []).toHaveLength(fences.length);
  });

  test('names checks and variants that exist', () => {
    const unknown = idsOf(text).filter(({ id, scenario, name, kind }) => {
      const declared = scenarios.get(scenario);
      if (!declared) return true;
      return kind === 'check'
        ? declared.checks.every((check) => check.id !== id)
        : declared.variants.every((variant) => variant.name !== name);
    });
    expect(unknown.map(({ id }) => id)).toEqual([]);
  });

  test('invites to faults, figures and sections that are there', () => {
    const tried = byHandOf(text);
    const faults = faultCatalogue.map(({ id }) => id);
    expect(tried.filter(({ fault }) => !faults.includes(fault)).map(({ fault }) => fault)).toEqual([]);
    const metrics = tried.flatMap((one) => one.metrics);
    expect(metrics.filter((name) => !serviceText.includes(`'${name}'`))).toEqual([]);
    const anchors = tried.flatMap((one) => one.anchors);
    expect(anchors.filter((anchor) => !text.includes(`<a id="${anchor}"></a>`))).toEqual([]);
    expect(tried.length).toBeGreaterThan(text.includes('<a id="steady-state"></a>') ? 2 : -1);
  });

  test('has only simulators that there are, each with words for readers without scripts', () => {
    const found = [...text.matchAll(/<lab-simulator-([\w-]+)>([\s\S]*?)<\/lab-simulator-\1>/g)];
    expect(found).toHaveLength(text.split('<lab-simulator-').length - 1);
    const without = found.filter(([, id = '', words = '']) => !simulators.includes(`${id}.ts`) || words.trim() === '');
    expect(without.map(([, id]) => id)).toEqual([]);
  });

  test('lists wrong fixes as their scenarios declare them', () => {
    expect(withWrongFixes(text, (id) => scenarios.get(id)) === text).toBe(true);
  });

  test('has the figures that the script wrote, and no others', async () => {
    const figures = await loadFigures(repoRoot);
    expect(withFigures(text, (scenario) => figures.get(scenario)) === text).toBe(true);
  });
});

test.each(ids)('each check of %s has a section that names it, with the wrong fixes that it catches', (id) => {
  const sections = (scenarios.get(id)?.checks ?? []).map((check) => {
    const [folder = '', anchor = ''] = check.lesson.split('#');
    return { check, section: sectionOf(read(`${folder}/index.md`), anchor) ?? '' };
  });
  const unnamed = sections.filter(({ check, section }) => idsOf(section).every((named) => named.id !== check.id));
  expect(unnamed.map(({ check }) => check.id)).toEqual([]);
  const unlisted = sections.filter(({ check, section }) => !listedChecksOf(section).includes(check.id));
  expect(unlisted.map(({ check }) => check.id)).toEqual([]);
});

test.each(ids)('the page of %s says in its front matter that it is about it', (id) => {
  const page = read(`${scenarios.get(id)?.lesson ?? ''}/index.md`);
  const [, about = ''] = /^scenarios: \[(.*)\]$/m.exec(page) ?? [];
  expect(about.split(', ')).toContain(id);
});

test.each(ids)('the lesson of %s opens with what was measured of it, and shows wrong fixes', (id) => {
  const scenario = scenarios.get(id);
  // Its figures are written once it is here.
  if (!scenario) return;
  const text = read(`${scenario.lesson}/index.md`);
  expect(text.includes(`<!-- figures ${id} broken -->\n\nMeasured on `)).toBe(true);
  expect(idsOf(text).filter((named) => named.scenario === id && named.kind === 'variant').length).toBeGreaterThan(4);
});
