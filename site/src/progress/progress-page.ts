import { merged, noProgress, type Progress, parseProgress } from './progress.ts';
import { loadProgress, storeProgress } from './progress-store.ts';

/** Lists, exports, takes in and clears what this browser remembers. */
export class ProgressPage extends HTMLElement {
  connectedCallback(): void {
    this.#show(loadProgress());
    this.querySelector('.controls')?.removeAttribute('hidden');
    this.querySelector('[data-do="export"]')?.addEventListener('click', () => this.#export());
    this.querySelector('[data-do="clear"]')?.addEventListener('click', () => this.#keep(noProgress, 'Cleared.'));
    const input = this.querySelector('input');
    input?.addEventListener('change', () => void this.#takeIn(input));
  }

  #show({ read, proved }: Progress): void {
    const rows = [
      ...Object.entries(read).map(([id, when]) => ['read', id, when] as const),
      ...Object.entries(proved).map(([id, { run }]) => ['proved', id, run] as const),
    ];
    const body = this.querySelector('tbody');
    body?.replaceChildren(...rows.map(rowOf));
    this.querySelector('table')?.toggleAttribute('hidden', rows.length === 0);
    this.querySelector('.none')?.toggleAttribute('hidden', rows.length > 0);
  }

  #export(): void {
    const file = new Blob([`${JSON.stringify(loadProgress(), null, 2)}\n`], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'brownout-progress.json';
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async #takeIn(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (file === undefined) return;
    try {
      const found = parseProgress(await file.text());
      this.#keep(merged(loadProgress(), found), `Took in ${file.name}.`);
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
    input.value = '';
  }

  #keep(progress: Progress, done: string): void {
    const isKept = storeProgress(progress);
    this.#show(isKept ? progress : loadProgress());
    this.#say(isKept ? done : 'This browser keeps nothing for this page.');
  }

  #say(text: string): void {
    const status = this.querySelector('[role="status"]');
    if (status !== null) status.textContent = text;
  }
}

function rowOf(cells: readonly string[]): HTMLTableRowElement {
  const row = document.createElement('tr');
  for (const text of cells) row.insertCell().textContent = text;
  return row;
}
