import { createHash } from 'node:crypto';
import type { Evidence, Report } from '@lab/sdk';
import { runStory } from '../../story/run-story.ts';
import { type Markup, markup, textOf } from '../markup.ts';
import { verdictWords } from '../words.ts';
import { checksSection } from './checks-section.ts';
import { findingsSection } from './findings-section.ts';
import { listOperations } from './listed-operations.ts';
import { numberedFindings } from './numbered-findings.ts';
import { operationsSection } from './operations-section.ts';
import type { Page, Section } from './page.ts';
import { pageStyle } from './page-style.ts';
import { runSection } from './run-section.ts';
import { timelineSection } from './timeline-section.ts';
import { remarksSection, verdictHeader } from './verdict-section.ts';

export interface HtmlOptions {
  /** What an experiment does, by its id. */
  readonly titles?: Readonly<Record<string, string>>;
}

/**
 * A report as one page that loads nothing and runs no script. `evidence` is null where the run ended
 * before there was any. Ends with a line end.
 */
export function renderHtml(report: Report, evidence: Evidence | null, options: HtmlOptions = {}): string {
  const page: Page = {
    report,
    findings: numberedFindings(report),
    recorded: evidence === null ? null : { evidence, story: runStory(report, evidence) },
    titles: options.titles ?? {},
  };
  const listed = listOperations(page.recorded?.story ?? null);
  const sections = [
    remarksSection(page),
    checksSection(page),
    findingsSection(page, listed),
    timelineSection(page),
    operationsSection(page, listed),
    runSection(page),
  ].filter((section) => section !== null);
  return textOf(markup`<!doctype html>
<html lang="en">
${head(report)}<body>
<a class="skip" href="#main">To the report</a>
${verdictHeader(report)}${contents(sections)}<main id="main">
${sections.map(sectionMarkup)}</main>
<footer>
<p>Made from the record of the run. This page loads nothing and runs no script.</p>
</footer>
</body>
</html>
`);
}

/** Nothing may be loaded or run, whatever a text of the report should turn out to be; the one style is known by its hash. */
function policy(): string {
  const hash = createHash('sha256').update(pageStyle).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function head(report: Report): Markup {
  const { mark } = verdictWords(report);
  return markup`<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${policy()}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="referrer" content="no-referrer" />
<title>${mark} ${report.scenario}, run ${report.lab.run}</title>
<style>${pageStyle}</style>
</head>
`;
}

function contents(sections: readonly Section[]): Markup {
  return markup`<nav aria-label="Contents">
<ul>
${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>\n`)}</ul>
</nav>
`;
}

function sectionMarkup({ id, title, content }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}</section>
`;
}
