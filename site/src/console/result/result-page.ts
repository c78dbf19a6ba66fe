import { merged, provedBy } from '../../progress/progress.ts';
import { loadProgress, storeProgress } from '../../progress/progress-store.ts';
import { askLab } from '../ask-lab.ts';
import { createChartStrip } from '../charts/chart-strip.ts';
import { keepInAddress, onAddressMoment } from '../charts/moment-row.ts';
import { courseOf, shownOf } from '../course.ts';
import { element, link } from '../dom.ts';
import { filePanel } from '../files/file-panel.ts';
import { loadInto } from '../loaded-page.ts';
import { type GradeDocument, namedRun, pageOf, type RunDocument, runMoment, runPath } from '../run-types.ts';
import { checkSection } from './check-section.ts';
import { diffSection } from './diff-section.ts';

/** One grade: the verdict, and each check with what was expected, what was seen, and when. */
export class ResultPage extends HTMLElement {
  #left = new AbortController();

  connectedCallback(): void {
    this.#left = new AbortController();
    void loadInto(this, async () => {
      const named = namedRun(location.search);
      if (named === null) return [element('p', {}, 'No run is named. ', link('/console/', 'Choose one'), '.')];
      const document = await askLab<RunDocument>(runPath(named.run, named.grade));
      if (document.kind === 'practice') {
        return [
          element(
            'p',
            {},
            'A practice session has no verdict. ',
            link(pageOf('replay', named.run, null), 'Play it back'),
            '.',
          ),
        ];
      }
      keepProved(document);
      return sections(document, this.#left.signal);
    });
  }

  disconnectedCallback(): void {
    this.#left.abort();
  }
}

/** Who looks at their own grade has proved it, and need not take in a file by hand. */
function keepProved({ report }: GradeDocument): void {
  if (report.subject === 'workspace') storeProgress(merged(loadProgress(), provedBy({ ...report })));
}

function sections(document: GradeDocument, signal: AbortSignal): Node[] {
  const { report } = document;
  const course = courseOf(document);
  const moments = report.checks.flatMap(({ findings }) => findings.flatMap(({ at }) => at ?? []));
  const strip = createChartStrip('This run', {
    addressOf: () => pageOf('result', document.run, document.grade),
    onPin: keepInAddress,
  });
  const charts = element('section', { id: 'charts' }, element('h2', {}, 'The run'), strip.root);
  const show = (ms: number | null): void => {
    strip.show(course.ticks, shownOf(course, ms === null ? moments : [ms]));
    if (ms === null) return;
    strip.pin(ms);
    keepInAddress(ms);
    charts.scrollIntoView({ block: 'start' });
  };
  show(null);
  // Once the page is there: before, there is nothing to scroll to.
  requestAnimationFrame(() => onAddressMoment(show, signal));
  const failedFirst = [...report.checks].sort((one, other) => rank(one.status) - rank(other.status));
  return [
    verdict(document),
    ...rejection(document),
    element(
      'section',
      {},
      element('h2', {}, 'Checks'),
      ...failedFirst.map((check) => checkSection(document, check, show)),
    ),
    charts,
    hints(document),
    ...(report.subject === 'workspace' ? [diffSection(report.scenario), fileSection(report)] : []),
  ];
}

function rank(status: string): number {
  return ['failed', 'inconclusive', 'passed', 'not-applicable'].indexOf(status);
}

function verdict({ report, run, grade }: GradeDocument): HTMLElement {
  const { scenario, score, maxScore, subject, seed, lab } = report;
  return element(
    'header',
    {},
    element('p', { class: `verdict is-${report.verdict}` }, `${report.verdict}: ${score} of ${maxScore} points`),
    element(
      'p',
      { class: 'quiet' },
      link(`/scenarios/${scenario}/`, scenario),
      `, ${subject}, seed ${seed}, ${runMoment(run)}. `,
      link(pageOf('replay', run, grade), 'Replay'),
    ),
    lab.problem === null ? null : element('p', { class: 'is-inconclusive' }, `The lab could not judge: ${lab.problem}`),
  );
}

function rejection({ report: { rejection: found } }: GradeDocument): HTMLElement[] {
  if (found === null) return [];
  const where = found.file === undefined ? '' : ` (${found.file}${found.line === undefined ? '' : `:${found.line}`})`;
  return [element('p', { class: 'is-failed' }, `${found.message}${where}`)];
}

function fileSection({ scenario, rejection: found }: GradeDocument['report']): HTMLElement {
  const files = filePanel();
  files.refresh(scenario);
  if (found?.file !== undefined) files.point({ path: found.file, line: found.line ?? null });
  return files.root;
}

function hints({ hints: { total, seen } }: GradeDocument): HTMLElement {
  const left = total - seen.length;
  return element(
    'section',
    {},
    element('h2', {}, `Hints: rung ${seen.length} of ${total}`),
    element('ol', {}, ...seen.map((text) => element('li', {}, text))),
    left > 0 ? element('p', { class: 'quiet' }, 'The next one: ', element('code', {}, 'npx lab hint')) : null,
  );
}
