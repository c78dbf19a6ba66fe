import { momentText } from '../charts/chart-data.ts';
import { element, table } from '../dom.ts';
import type { CourseEvent } from '../run-types.ts';

/** What happened, in words, in order of time. */
export function courseList(): { readonly root: HTMLElement; show(events: readonly CourseEvent[]): void } {
  const place = element('div');
  const root = element('section', { class: 'panel' }, element('h2', {}, 'What happened'), place);
  let count = -1;
  return {
    root,
    show(events) {
      if (events.length === count) return;
      count = events.length;
      const rows = events.map(({ kind, name, startMs, endMs, text }) => [
        momentText(startMs / 1_000),
        endMs === null ? '–' : `${((endMs - startMs) / 1_000).toFixed(1)} s`,
        kind,
        name,
        text ?? '',
      ]);
      place.replaceChildren(table('In order of time', ['At', 'Took', 'What', 'Name', 'More'], rows));
    },
  };
}
