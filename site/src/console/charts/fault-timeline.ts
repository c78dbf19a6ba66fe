import { element } from '../dom.ts';
import { momentText } from './chart-data.ts';
import type { Shown } from './paint.ts';

interface FaultTimeline {
  readonly root: HTMLElement;
  show(shown: Shown): void;
}

const rowsMax = 6;

/** Each fault as a bar on the axis of the charts, and as a sentence. */
export function faultTimeline(): FaultTimeline {
  const list = element('ul', { class: 'bars' });
  const none = element('p', { class: 'no-figures' }, 'No fault in this stretch.');
  const root = element(
    'div',
    { class: 'fault-timeline' },
    element('h3', {}, 'Faults'),
    element('div', { class: 'bars-box' }, list, none),
  );
  let drawn = '';
  return {
    root,
    show({ bands, fromMs, toMs }) {
      const inside = bands.filter((band) => band.fromMs <= toMs && (band.toMs ?? toMs) >= fromMs);
      none.hidden = inside.length > 0;
      const place = (ms: number): number => Math.min(100, Math.max(0, (100 * (ms - fromMs)) / (toMs - fromMs)));
      const items = inside.map((band, index) => {
        const left = place(band.fromMs);
        const width = Math.max(0.5, place(band.toMs ?? toMs) - left);
        const until = band.toMs === null ? 'is on' : `until ${momentText(band.toMs / 1_000)}`;
        const what = band.target === '' ? band.name : `${band.name} on ${band.target}`;
        const item = element(
          'li',
          {},
          element('span', {}, `${what}, from ${momentText(band.fromMs / 1_000)}, ${until}`),
        );
        item.style.setProperty('--left', `${left.toFixed(2)}%`);
        item.style.setProperty('--width', `${width.toFixed(2)}%`);
        item.style.setProperty('--row', String(index % rowsMax));
        return item;
      });
      const text = items.map((item) => item.outerHTML).join('');
      // A bar that has not moved is left alone: a screen reader may stand on it.
      if (text === drawn) return;
      drawn = text;
      list.style.setProperty('--rows', String(Math.min(rowsMax, items.length)));
      list.replaceChildren(...items);
    },
  };
}
