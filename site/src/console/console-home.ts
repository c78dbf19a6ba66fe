import { askLab } from './ask-lab.ts';
import { element, link, table } from './dom.ts';
import { loadInto } from './loaded-page.ts';
import { type ListedRun, pageOf, runMoment } from './run-types.ts';

interface Status {
  readonly running: boolean;
  readonly scenario: string | null;
  readonly phase: string;
  readonly problem: string | null;
}

/** What runs now, the newest grades, and every stored run. */
export class ConsoleHome extends HTMLElement {
  connectedCallback(): void {
    void loadInto(this, async () => {
      const [status, { runs }] = await Promise.all([
        askLab<Status>('/api/status'),
        askLab<{ readonly runs: readonly ListedRun[] }>('/api/runs'),
      ]);
      return [sessionCard(status), ...runSection(runs)];
    });
  }
}

function sessionCard({ running, scenario, phase, problem }: Status): HTMLElement {
  if (!running || scenario === null) {
    return element(
      'section',
      { class: 'panel' },
      element('h2', {}, 'Nothing runs'),
      element('p', {}, 'Start a session, and this page shows it: ', element('code', {}, 'npx lab start'), '.'),
    );
  }
  return element(
    'section',
    { class: 'panel' },
    element('h2', {}, scenario),
    element('p', {}, `${phase.replaceAll('-', ' ')}${problem === null ? '' : `: ${problem}`}`),
    element(
      'p',
      { class: 'row' },
      link('/console/run/', 'Watch it live'),
      link(`/scenarios/${scenario}/`, 'Read the task'),
    ),
  );
}

function runSection(runs: readonly ListedRun[]): HTMLElement[] {
  const heading = element('h2', {}, 'Stored runs');
  if (runs.length === 0) {
    return [
      element(
        'section',
        { class: 'panel' },
        heading,
        element('p', { class: 'quiet' }, 'None yet. A grade makes one: npx lab grade'),
      ),
    ];
  }
  const rows = runs.map((run) => [
    runMoment(run.run),
    run.scenario ?? (run.kind === 'practice' ? 'practice' : 'unfinished'),
    run.subject ?? '–',
    run.verdict === null ? '–' : element('b', { class: `is-${run.verdict}` }, run.verdict),
    run.score === null ? '–' : `${run.score} of ${run.maxScore}`,
    pagesOf(run),
  ]);
  const heads = ['When, UTC', 'Scenario', 'Code', 'Verdict', 'Points', 'See'];
  return [element('section', { class: 'panel' }, heading, table(`The newest ${runs.length}`, heads, rows))];
}

function pagesOf({ run, grade, kind }: ListedRun): HTMLElement | string {
  if (kind === 'unfinished') return '–';
  const pages = kind === 'grade' ? (['result', 'replay'] as const) : (['replay'] as const);
  const links = pages.map((page) => {
    const made = link(pageOf(page, run, grade), page);
    made.setAttribute('aria-label', `${page} of ${run}${grade === null ? '' : ` ${grade}`}`);
    return made;
  });
  return element('span', { class: 'row' }, ...links);
}
