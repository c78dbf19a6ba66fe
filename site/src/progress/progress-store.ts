import { noProgress, type Progress, parseProgress } from './progress.ts';

const key = 'brownout.progress';

/** What this browser remembers. A browser that keeps nothing for this page remembers nothing. */
export function loadProgress(): Progress {
  try {
    const stored = localStorage.getItem(key);
    return stored === null ? noProgress : parseProgress(stored);
  } catch {
    // Storage is switched off, or holds what another version wrote: the page is read all the same.
    return noProgress;
  }
}

/** False where the browser keeps nothing. */
export function storeProgress(progress: Progress): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(progress));
    return true;
  } catch {
    return false;
  }
}
