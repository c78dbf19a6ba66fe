import type { Run, View } from '@lab/simulators';
import { make } from './make.ts';

export interface Picture {
  readonly element: HTMLElement;
  draw(run: Run, moment: Omit<View, 'width'>): void;
  stop(): void;
}

/** Letters stay readable: a narrow page gets a picture of its own, not a small one. */
const LEAST_WIDTH = 280;
const MOST_WIDTH = 760;

/** The picture with its caption. `onResize`: its place has another width, and it is to be drawn again. */
export function createFigure(id: string, title: string, onResize: () => void): Picture {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  svg.setAttribute('aria-describedby', `${id}-caption`);
  const caption = make('figcaption', { id: `${id}-caption` });
  const element = make('figure', { class: 'sim-figure' }, svg, caption);
  let width = LEAST_WIDTH;
  const observer = new ResizeObserver(([entry]) => {
    const next = Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, entry?.contentRect.width ?? 0)));
    if (next === width) return;
    width = next;
    onResize();
  });
  observer.observe(element);
  return {
    element,
    draw(run, moment) {
      const { height, markup } = run.picture({ ...moment, width });
      svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
      svg.setAttribute('width', String(width));
      // Markup of our own models: words in it are escaped where it is made.
      svg.innerHTML = markup;
      caption.textContent = run.caption;
    },
    stop: () => observer.disconnect(),
  };
}
