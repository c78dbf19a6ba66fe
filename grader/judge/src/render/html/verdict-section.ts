import type { Report } from '@lab/sdk';
import { type Markup, markup } from '../markup.ts';
import { startedAt } from '../run-facts.ts';
import { ignoredWords, problemWords, rejectionWords, subjectText, verdictWords } from '../words.ts';
import { facts, type Page, type Section } from './page.ts';

/** The page's head: the verdict, what it rests on, and which run this is. */
export function verdictHeader(report: Report): Markup {
  const { mark, text } = verdictWords(report);
  const started = startedAt(report);
  return markup`<header>
<h1><span class="mark ${report.verdict}">${mark}</span> ${report.scenario}</h1>
<p>${text.charAt(0).toUpperCase()}${text.slice(1)}</p>
${facts([
  ['Graded', subjectText(report)],
  ['Seed', String(report.seed)],
  ['Run', markup`<code>${report.lab.run}</code>`],
  ['Begun', started === null ? null : `${started.toISOString().slice(0, 19).replace('T', ' ')} UTC`],
])}</header>
`;
}

/** Why there is no verdict on the code, and what the grade left out. */
export function remarksSection({ report }: Page): Section | null {
  const remarks = [rejected(report), undecided(report), ignored(report)].filter((one) => one !== null);
  if (remarks.length === 0) return null;
  return { id: 'remarks', title: 'About this grade', content: markup`${remarks}` };
}

function rejected(report: Report): Markup | null {
  const words = rejectionWords(report);
  if (words === null) return null;
  return markup`<h3><span class="mark failed">FAIL ✗</span> ${words.title}</h3>
<p class="message">${words.message}</p>
${facts([
  ['Where', words.place === null ? null : markup`<code>${words.place}</code>`],
  ['What helps', words.hint === null ? null : markup`<code>${words.hint}</code>`],
  ['Code', markup`<code>${words.code}</code>`],
])}`;
}

function undecided(report: Report): Markup | null {
  const words = problemWords(report);
  if (words === null) return null;
  return markup`<h3><span class="mark inconclusive">?</span> ${words.title}</h3>
<p class="message">${words.problem}</p>
<p>${words.standing}</p>
`;
}

const filesShown = 100;

function ignored(report: Report): Markup | null {
  const words = ignoredWords(report);
  if (words === null) return null;
  const more = report.ignoredFiles.length - filesShown;
  return markup`<h3>Files that were left out</h3>
<p>${words}</p>
<ul>
${report.ignoredFiles.slice(0, filesShown).map((path) => markup`<li><code>${path}</code></li>\n`)}</ul>
${more > 0 ? markup`<p>and ${more} more</p>\n` : null}`;
}
