import { askLab } from '../ask-lab.ts';
import { momentText } from '../charts/chart-data.ts';
import { type ChartStrip, createChartStrip } from '../charts/chart-strip.ts';
import { keepInAddress, onAddressMoment } from '../charts/moment-row.ts';
import { type Course, courseOf, shownOf, until } from '../course.ts';
import { element, link } from '../dom.ts';
import { loadInto } from '../loaded-page.ts';
import { namedRun, pageOf, type RunDocument, runMoment, runPath } from '../run-types.ts';
import { courseList } from './course-list.ts';
import { scrubber } from './scrubber.ts';

/** A stored run, played back; beside it the reference's, where one is stored. */
export class ReplayPage extends HTMLElement {
  #left = new AbortController();

  connectedCallback(): void {
    this.#left = new AbortController();
    void loadInto(this, async () => {
      const named = namedRun(location.search);
      if (named === null) return [element('p', {}, 'No run is named. ', link('/console/', 'Choose one'), '.')];
      const document = await askLab<RunDocument>(runPath(named.run, named.grade));
      const reference = await referenceOf(document);
      const address = pageOf('replay', named.run, named.grade);
      const strip = createChartStrip('This run', { addressOf: () => address, onPin: keepInAddress });
      // Once the page is there: before, there is nothing to scroll to.
      requestAnimationFrame(() => onAddressMoment((ms) => lookAt(strip, ms), this.#left.signal));
      return [heading(document), ...replay({ course: courseOf(document), strip, reference })];
    });
  }

  disconnectedCallback(): void {
    this.#left.abort();
  }
}

async function referenceOf(document: RunDocument): Promise<RunDocument | null> {
  if (document.kind !== 'grade' || document.reference === null) return null;
  // Without it this run is shown alone.
  return await askLab<RunDocument>(runPath(document.reference, null)).catch(() => null);
}

function heading(document: RunDocument): HTMLElement {
  if (document.kind === 'practice') return element('p', {}, `Practice of ${runMoment(document.run)}`);
  const { report, run, grade } = document;
  return element(
    'p',
    {},
    link(`/scenarios/${report.scenario}/`, report.scenario),
    `, ${report.subject}, ${runMoment(run)}: `,
    link(pageOf('result', run, grade), report.verdict),
  );
}

function lookAt(strip: ChartStrip, ms: number): void {
  strip.pin(ms);
  strip.root.scrollIntoView({ block: 'start' });
}

interface Replayed {
  readonly course: Course;
  readonly strip: ChartStrip;
  readonly reference: RunDocument | null;
}

function replay({ course, strip, reference }: Replayed): HTMLElement[] {
  const other = reference === null ? null : courseOf(reference);
  const endMs = Math.max(course.endMs, other?.endMs ?? 0);
  const strips = [
    { course, strip, title: 'This run' },
    ...(other === null ? [] : [{ course: other, strip: createChartStrip('The reference'), title: 'The reference' }]),
  ];
  const list = courseList();
  const show = (ms: number): void => {
    for (const one of strips) {
      // One length for both, so that a second is as wide here as there.
      const now = until({ ...one.course, endMs }, ms);
      one.strip.show(now.ticks, { ...shownOf(now), marks: ms < endMs ? [ms] : [] });
    }
    list.show(until(course, ms).events);
  };
  const controls = scrubber({ endMs, onMove: show, describe: (ms) => momentText(ms / 1_000) });
  show(endMs);
  const columns = strips.map(({ strip, title }) => element('div', {}, element('h2', {}, title), strip.root));
  const none =
    other === null
      ? element(
          'p',
          { class: 'quiet' },
          'No run of the reference is stored. One is made by npx lab grade --variant reference',
        )
      : null;
  return [
    controls,
    element('div', { class: strips.length > 1 ? 'side-by-side' : '' }, ...columns),
    ...(none === null ? [] : [none]),
    list.root,
  ];
}
