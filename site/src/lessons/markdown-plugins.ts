import { fileURLToPath } from 'node:url';
import { idsOf, pageOf } from '@lab/lessons';
import { cacheStampede, invalidationRace, rateLimiting, retries, stillOf } from '@lab/simulators';
import { defineHastPlugin, defineMdastPlugin, type HastPluginEntry, type MdastPluginEntry } from 'satteri';
import { codePlaceOf, readCodeRegion } from '../code-region/code-region.ts';
import type { SiteFacts } from '../facts/site-facts.ts';
import { pageOfFile } from './page-of-file.ts';
import { sectionNote } from './section-note.ts';

/** What pages of Markdown are given beyond Markdown; the same for `.md` and `.mdx`. */
export function lessonPlugins(repoRoot: string, facts: SiteFacts): MdastPluginEntry[] {
  return [
    showCode(repoRoot),
    titleOnce(),
    namedSections(facts),
    linksToPages(repoRoot),
    linksToIds(facts),
    showStills(),
  ];
}

/** What is done to the HTML of such pages. */
export function pagePlugins(): HastPluginEntry[] {
  return [scrollTables()];
}

/** A table that is wider than the window scrolls by itself, and can be reached by keyboard. */
function scrollTables() {
  return defineHastPlugin({
    name: 'scroll-tables',
    element: {
      filter: ['table'],
      visit(node, context) {
        const properties = { className: ['table-scroll'], tabIndex: 0, role: 'group', ariaLabel: 'Table' };
        context.wrapNode(node, { type: 'element', tagName: 'div', properties, children: [] });
      },
    },
  });
}

/** A fence that names a place in the code is given that code. */
function showCode(repoRoot: string) {
  return defineMdastPlugin({
    name: 'code-region',
    code(node, context) {
      const place = codePlaceOf(node.meta);
      if (place === null) return;
      context.replaceNode(node, {
        type: 'code',
        lang: node.lang ?? 'ts',
        meta: `title="${place.file}"`,
        value: readCodeRegion(repoRoot, place),
      });
    },
  });
}

/** The page has its title already. */
function titleOnce() {
  return defineMdastPlugin({
    name: 'title-once',
    heading(node, context) {
      if (node.depth === 1) context.removeNode(node);
    },
  });
}

const anchor = /^<a id="(?<id>[\w-]+)"><\/a>$/;

/**
 * `<a id="…"></a>` above a heading becomes the heading's own id, so that tables of contents name what checks name. A
 * section that a check links to says so.
 */
function namedSections(facts: SiteFacts) {
  return defineMdastPlugin({
    name: 'named-sections',
    paragraph(node, context) {
      const id = anchor.exec(context.textContent(node, { includeHtml: true }).trim())?.groups?.['id'];
      const place = context.indexOf(node);
      const next = place === undefined ? undefined : context.parent(node).children[place + 1];
      if (id === undefined || next?.type !== 'heading') return;
      context.setProperty(next, 'data', { hProperties: { id } });
      context.removeNode(node);
      const note = sectionNote(facts, lessonOf(context.fileURL), id);
      if (note !== '') context.insertAfter(next, { raw: note, mdxExpressions: false });
    },
  });
}

/** Links to files of the repository lead to their pages; those that have none are shown as paths. */
function linksToPages(repoRoot: string) {
  return defineMdastPlugin({
    name: 'links-to-pages',
    link(node, context) {
      if (context.fileURL === undefined || /^(?:[a-z]+:|#|\/)/i.test(node.url)) return;
      const page = pageOfFile(repoRoot, fileURLToPath(context.fileURL), node.url);
      if (page.href !== null) return context.setProperty(node, 'url', page.href);
      context.replaceNode(node, [
        { type: 'text', value: `${context.textContent(node)} (` },
        { type: 'inlineCode', value: page.path },
        { type: 'text', value: ')' },
      ]);
    },
  });
}

/** A check or a variant that is named in code is a link to where it is told of. */
function linksToIds(facts: SiteFacts) {
  const known = new Set(facts.scenarios.map(({ id }) => id));
  return defineMdastPlugin({
    name: 'links-to-ids',
    inlineCode(node, context) {
      const [named] = idsOf(`\`${node.value}\``);
      if (context.parent(node).type === 'link') return;
      const href = named !== undefined && known.has(named.scenario) ? pageOf(named) : scenarioPage(known, node.value);
      if (href !== null) context.replaceNode(node, { type: 'link', url: href, children: [{ ...node }] });
    },
  });
}

const simulators = [cacheStampede, invalidationRace, rateLimiting, retries];

/** A simulator's element is given a still of it, which stands there where no script runs, and on paper. */
function showStills() {
  return defineMdastPlugin({
    name: 'stills',
    html(node, context) {
      const id = /^<lab-simulator-(?<id>[\w-]+)[^>]*>\s*$/.exec(node.value)?.groups?.['id'];
      const simulator = simulators.find((one) => one.id === id);
      if (simulator !== undefined) context.insertAfter(node, { raw: stillOf(simulator), mdxExpressions: false });
    },
  });
}

function scenarioPage(known: ReadonlySet<string>, code: string): string | null {
  return known.has(code) ? `/scenarios/${code}/` : null;
}

function lessonOf(url: URL | undefined): string {
  const path = url === undefined ? '' : fileURLToPath(url);
  return /(?<lesson>lessons\/[^/]+)\/index\.mdx?$/.exec(path)?.groups?.['lesson'] ?? '';
}
