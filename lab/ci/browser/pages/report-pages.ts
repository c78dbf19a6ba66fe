import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inconclusiveReport, judge, rejectedReport, renderHtml } from '@lab/judge';
import { LabError, SubmissionError } from '@lab/sdk';
import { crowdedRun, recordedReport, recordedRun } from '../../../../grader/judge/src/render/testing/recorded-run.ts';
import {
  check,
  evidence,
  healthyLab,
  labFacts,
  labSection,
  scenarioOf,
} from '../../../../grader/judge/src/testing/evidence.ts';

/** Report pages as files, one for each way in which a grade can end; deleted at the end. */
export interface ReportPages extends AsyncDisposable {
  urlOf(name: ReportName): string;
}

export const reportNames = ['failed', 'passed', 'inconclusive', 'rejected', 'without-evidence', 'crowded'] as const;
export type ReportName = (typeof reportNames)[number];

export async function writeReportPages(): Promise<ReportPages> {
  const folder = await mkdtemp(join(tmpdir(), 'brownout-report-pages-'));
  const fileOf = (name: ReportName) => join(folder, `${name}.html`);
  const pages = texts();
  for (const name of reportNames) await writeFile(fileOf(name), pages[name]);
  return {
    urlOf: (name) => pathToFileURL(fileOf(name)).href,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const atRest = check('steady-state', { title: 'The service answers at rest', experiments: [], points: 10 });
const fresh = check('fresh', { title: 'No read is older than a write that was acknowledged before it', points: 90 });
const scenario = scenarioOf([atRest, fresh]);
const unjudged = { scenario, subject: 'workspace', seed: 42, lab: labSection };
const problem = 'The echo server, which shares nothing with ShelfWise but this machine, answered late: p95 310 ms.';

function texts(): Record<ReportName, string> {
  const calm = evidence({ exits: [] });
  const late = { ...calm, labHealth: { ...healthyLab, problem } };
  const judged = { scenario, subject: 'workspace', lab: labFacts };
  const crowd = crowdedRun(40);
  const didNotBoot = new SubmissionError('E_BOOT_EXITED', {
    stage: 'boot',
    message: "api-1 ended with exit code 1 before it was ready.\nSyntaxError: Unexpected token '}'",
    hint: 'npx tsc -p .lab/workspace/stale-reads',
    location: { file: 'src/books/update-book.ts', line: 41 },
  });
  const portTaken = new LabError('E_PORT_TAKEN', {
    message: 'Port 5432 is taken.',
    hint: 'npx lab doctor',
  });
  return {
    failed: renderHtml(recordedReport, recordedRun, { titles: { 'late-fill': 'A reader fills the cache late' } }),
    passed: renderHtml(judge({ ...judged, evidence: calm, ignoredFiles: [] }), calm),
    inconclusive: renderHtml(judge({ ...judged, evidence: late, ignoredFiles: [] }), late),
    rejected: renderHtml(rejectedReport({ ...unjudged, ignoredFiles: ['package.json'], error: didNotBoot }), null),
    'without-evidence': renderHtml(inconclusiveReport({ ...unjudged, ignoredFiles: [], error: portTaken }), null),
    crowded: renderHtml(crowd.report, crowd.evidence),
  };
}
