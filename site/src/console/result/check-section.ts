import type { CheckResult, ReportFinding } from '@lab/sdk';
import { momentText } from '../charts/chart-data.ts';
import { atMoment } from '../charts/moment-address.ts';
import { element, link, table } from '../dom.ts';
import { type GradeDocument, type NamedOperation, pageOf } from '../run-types.ts';
import { momentOf } from './check-moment.ts';

const marks: Readonly<Record<CheckResult['status'], string>> = {
  passed: '✓ passed',
  failed: '✗ failed',
  inconclusive: '? inconclusive',
  'not-applicable': '– not applicable',
};

/** `onMoment`: somebody wants to see a moment on the charts. */
export function checkSection(document: GradeDocument, check: CheckResult, onMoment: (ms: number) => void): HTMLElement {
  const { id, title, status, points, maxPoints, findings } = check;
  const name = id.split('/').at(-1) ?? id;
  const operations = document.operations.find((named) => named.check === id)?.operations ?? [];
  return element(
    'article',
    { class: 'check', id: name },
    element('h3', {}, title),
    element(
      'p',
      { class: 'quiet' },
      element('b', { class: `is-${status}` }, marks[status]),
      ` · ${points} of ${maxPoints} points · `,
      element('code', {}, id),
    ),
    ...findings.map((finding) => findingPart(finding, onMoment)),
    replayLink(document, check),
    operations.length === 0 ? null : operationsPart(name, operations),
    ...lessonPart(document, check),
  );
}

/** The replay of the run, with its cursor where this check is decided. */
function replayLink(document: GradeDocument, check: CheckResult): HTMLElement | null {
  const at = momentOf(document, check);
  if (at === null) return null;
  const replay = pageOf('replay', document.run, document.grade);
  return element('p', {}, link(atMoment(replay, at), `Replay “${check.title}” at ${momentText(at / 1_000)}`));
}

function findingPart({ severity, message, expected, measured, at }: ReportFinding, onMoment: (ms: number) => void) {
  const moment =
    at === null ? null : element('button', { type: 'button' }, `Show ${momentText(at / 1_000)} on the charts`);
  moment?.addEventListener('click', () => onMoment(at ?? 0));
  return element(
    'div',
    { class: 'finding', 'data-severity': severity },
    element('p', {}, message),
    element(
      'dl',
      {},
      element('dt', {}, 'Expected'),
      element('dd', {}, expected.text),
      element('dt', {}, 'Observed'),
      element('dd', {}, measured.text),
    ),
    moment,
  );
}

function operationsPart(name: string, operations: readonly NamedOperation[]): HTMLElement {
  const heads = ['At', 'Took', 'Client', 'Call', 'Replica', 'Value', 'Answer'];
  const rows = operations.map((one) => [
    momentText(one.startMs / 1_000),
    `${Math.round(one.endMs - one.startMs)} ms`,
    one.client,
    `${one.kind} ${one.view} ${one.key}`,
    one.replica,
    one.value === null ? '–' : String(one.value),
    `${one.outcome}${one.status === 0 ? '' : `, ${one.status}`}`,
  ]);
  return element(
    'details',
    {},
    element('summary', {}, `Operations that the findings name: ${operations.length}`),
    table(`Operations of ${name}`, heads, rows),
  );
}

/** Of what has passed the lesson is a link; of what has not, what it says. */
function lessonPart({ lessons }: GradeDocument, { id, status }: CheckResult): HTMLElement[] {
  const { lesson = null, paragraphs = [] } = lessons[id] ?? {};
  if (lesson === null) return [];
  const [folder = '', anchor = ''] = lesson.split('#');
  const shown = status === 'passed' ? [] : paragraphs;
  return [
    ...shown.map((paragraph) => element('p', {}, paragraph)),
    element('p', {}, link(`/${folder}/#${anchor}`, `The lesson: ${lesson}`)),
  ];
}
