import { momentText } from '../charts/chart-data.ts';
import { element } from '../dom.ts';
import { newestFirst } from './newest-first.ts';
import type { Change } from './run-model.ts';

const shownMax = 60;

/** What changed, newest first. */
export function changeFeed(): { readonly root: HTMLElement; show(changes: readonly Change[]): void } {
  const list = element('ol', { class: 'feed', tabindex: '0', 'aria-label': 'What changed' });
  const none = element('p', { class: 'quiet' }, 'Nothing yet. Save a file, or switch a fault on.');
  const root = element('section', { class: 'panel' }, element('h2', {}, 'What changed'), none, list);
  const lines = newestFirst(list, lineOf);
  let shown: readonly Change[] = [];
  return {
    root,
    show(changes) {
      if (changes === shown) return;
      shown = changes;
      none.hidden = changes.length > 0;
      lines.show(changes.slice(-shownMax));
    },
  };
}

function lineOf({ t, kind, text }: Change): HTMLElement {
  return element('li', { 'data-kind': kind }, element('span', { class: 'at' }, momentText(t / 1_000)), text);
}
