import { element, link } from '../dom.ts';
import { pageOf } from '../run-types.ts';
import type { LiveCheck, LiveGrade } from './live-grade.ts';

export interface GradePanel {
  readonly root: HTMLElement;
  show(grade: LiveGrade | null): void;
}

const marks: Readonly<Record<LiveCheck['status'], string>> = {
  pending: '· pending',
  passed: '✓ passed',
  failed: '✗ failed',
  inconclusive: '? inconclusive',
  'not-applicable': '– not applicable',
};

/** The grade that goes on beside the session, check by check; hidden until there is one. */
export function gradePanel(): GradePanel {
  const head = element('h2', {});
  const now = element('p', {});
  const list = element('ul', { class: 'live-checks', 'aria-label': 'Checks' });
  const root = element('section', { class: 'panel live-grade', hidden: true }, head, now, list);
  let shown: LiveGrade | null = null;
  return {
    root,
    show(grade) {
      if (grade === shown) return;
      root.hidden = grade === null;
      if (grade === null) list.replaceChildren();
      else {
        head.textContent = `Grade${grade.scenario === '' ? '' : ` of ${grade.subject}, ${grade.scenario}`}`;
        now.replaceChildren(...state(grade));
        if (grade.checks !== shown?.checks) list.replaceChildren(...grade.checks.map(checkItem));
      }
      shown = grade;
    },
  };
}

function state({ doing, graded, isCut, judged }: LiveGrade): Node[] {
  if (judged !== null) {
    const { verdict, score, maxScore, problem } = judged;
    return [
      element('b', { class: `is-${verdict}` }, `${verdict}: ${score} of ${maxScore} points`),
      document.createTextNode(`${problem === null ? '' : ` ${problem}`} `),
      link(pageOf('result', graded, null), 'See the result'),
    ];
  }
  const text = isCut ? 'It ended before it was judged. The terminal that graded says why.' : `Measuring: ${doing}.`;
  return [element('span', { class: isCut ? 'is-inconclusive' : 'quiet' }, text)];
}

function checkItem({ title, status, points, maxPoints, experiments, reached, observed, expected }: LiveCheck) {
  const done =
    status === 'pending'
      ? experiments === 0
        ? 'the load alone decides'
        : `${reached} of ${experiments} experiments`
      : `${points} of ${maxPoints} points`;
  return element(
    'li',
    { 'data-status': status },
    element('b', { class: `is-${status}` }, marks[status]),
    element('span', {}, title),
    element('span', { class: 'quiet' }, done),
    observed === null || expected === null
      ? null
      : element('p', { class: 'quiet' }, `Observed ${observed}; expected ${expected}.`),
  );
}
