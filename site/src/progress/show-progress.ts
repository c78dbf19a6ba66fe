import { type Progress, withRead } from './progress.ts';
import { loadProgress, storeProgress } from './progress-store.ts';

/** Marks links to what was read or proved, and offers to mark the page that is open. */
export function showProgress(): void {
  markLinks(loadProgress());
  const button = document.querySelector('button[data-read]');
  if (!(button instanceof HTMLButtonElement)) return;
  const id = button.dataset['read'] ?? '';
  button.hidden = false;
  label(button, loadProgress(), id);
  button.addEventListener('click', () => {
    const old = loadProgress();
    const isRead = old.read[id] !== undefined;
    const changed = withRead(old, id, isRead ? null : new Date().toISOString().slice(0, 10));
    label(button, storeProgress(changed) ? changed : old, id);
  });
}

function label(button: HTMLButtonElement, progress: Progress, id: string): void {
  const isRead = progress.read[id] !== undefined;
  button.setAttribute('aria-pressed', String(isRead));
}

function markLinks(progress: Progress): void {
  for (const link of document.querySelectorAll<HTMLElement>('[data-progress]')) {
    const id = link.dataset['progress'] ?? '';
    const words = [
      ...(progress.read[id] === undefined ? [] : ['read']),
      ...(progress.proved[id] === undefined ? [] : ['proved']),
    ];
    if (words.length === 0) continue;
    const mark = document.createElement('span');
    mark.className = 'progress-mark';
    mark.textContent = words.join(', ');
    link.append(' ', mark);
  }
}
