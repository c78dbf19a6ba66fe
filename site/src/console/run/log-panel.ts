import { momentText } from '../charts/chart-data.ts';
import { element } from '../dom.ts';
import { newestFirst } from './newest-first.ts';
import type { LogEntry } from './run-model.ts';

interface LogPanel {
  readonly root: HTMLElement;
  show(logs: readonly LogEntry[]): void;
}

const shownMax = 200;

/** Entries that hold the words, whatever their case, and are of this level or all. */
export function filterLogs(logs: readonly LogEntry[], words: string, level: string): readonly LogEntry[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return logs.filter((entry) => {
    const text = `${entry.source} ${entry.text}`.toLowerCase();
    return (level === 'all' || entry.level === level) && wanted.every((word) => text.includes(word));
  });
}

/** The end of the log: warnings and errors of the replicas. Paused, it stays as it is. */
export function logPanel(): LogPanel {
  const words = element('input', { type: 'search', 'aria-label': 'Words in the log', placeholder: 'Filter' });
  const level = element(
    'select',
    { 'aria-label': 'Level' },
    ...['all', 'warn', 'error'].map((name) => element('option', { value: name }, name === 'all' ? 'all levels' : name)),
  );
  const pause = element('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause');
  const list = element('ol', { class: 'log', tabindex: '0', 'aria-label': 'Log' });
  const lines = newestFirst(list, lineOf);
  const count = element('p', { class: 'quiet' });
  let logs: readonly LogEntry[] = [];
  let isPaused = false;
  const draw = (): void => {
    const found = filterLogs(logs, words.value, level.value);
    const text = logs.length === 0 ? 'No warnings and no errors so far.' : `${found.length} of ${logs.length} lines`;
    count.textContent = text;
    lines.show(found.slice(-shownMax));
  };
  words.addEventListener('input', draw);
  level.addEventListener('change', draw);
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    if (!isPaused) draw();
  });
  const root = element(
    'section',
    { class: 'panel' },
    element('h2', {}, 'Log'),
    element('p', { class: 'row' }, words, level, pause),
    count,
    list,
  );
  return {
    root,
    show(given) {
      if (isPaused || given === logs) {
        if (!isPaused) return;
        logs = given;
        return;
      }
      logs = given;
      draw();
    },
  };
}

function lineOf({ t, level, source, text }: LogEntry): HTMLElement {
  return element(
    'li',
    { 'data-level': level },
    element('span', { class: 'at' }, momentText(t / 1_000)),
    element('b', {}, level),
    element('span', { class: 'source' }, source),
    element('code', {}, text),
  );
}
