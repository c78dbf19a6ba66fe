import { excerptPieces } from './excerpt.ts';
import { findEntries } from './find-entries.ts';
import { type FoundPage, findPages } from './full-text.ts';
import type { SearchEntry } from './search-entries.ts';

const entriesMost = 8;
const pagesMost = 6;
const entriesAddress = '/search-ids.json';

/** The search of every page. Its markup works without this: it is a link to the reference then. */
export class SearchDialog extends HTMLElement {
  #entries: Promise<readonly SearchEntry[]> | undefined;
  #asked = 0;

  connectedCallback(): void {
    const { link, button, dialog, input } = this.#parts();
    link.hidden = true;
    button.hidden = false;
    button.addEventListener('click', () => this.#open());
    input.addEventListener('input', () => void this.#answer(input.value));
    dialog.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return this.#moveFocus(event);
      // Else the first Escape would only empty the field.
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener('click', (event) => {
      // A click beside it is one on the dialog itself, whose content fills it.
      if (event.target === dialog || (event.target as Element).closest('a') !== null) dialog.close();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (dialog.open) dialog.close();
      else this.#open();
    });
  }

  #parts() {
    return {
      link: this.#one('a.open', HTMLAnchorElement),
      button: this.#one('button.open', HTMLButtonElement),
      dialog: this.#one('dialog', HTMLDialogElement),
      input: this.#one('input', HTMLInputElement),
      list: this.#one('ul', HTMLUListElement),
      status: this.#one('[role="status"]', HTMLElement),
    };
  }

  #one<T extends Element>(selector: string, type: new () => T): T {
    const found = this.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`The search has no ${selector}.`);
    return found;
  }

  #open(): void {
    const { dialog, input } = this.#parts();
    this.#entries ??= fetch(entriesAddress).then((response) => response.json() as Promise<SearchEntry[]>);
    dialog.showModal();
    input.select();
  }

  async #answer(typed: string): Promise<void> {
    const { list, status } = this.#parts();
    this.#asked += 1;
    const mine = this.#asked;
    const entries = findEntries((await this.#entries) ?? [], typed, entriesMost);
    if (mine !== this.#asked) return;
    list.replaceChildren(...entries.map(entryItem));
    const pages = typed.trim().length < 2 ? [] : await findPages(typed, pagesMost);
    // Somebody typed on meanwhile.
    if (mine !== this.#asked) return;
    const shown = new Set(entries.map(({ href }) => href));
    list.append(...pages.filter(({ href }) => !shown.has(href)).map(pageItem));
    status.textContent = said(typed, list.children.length);
  }

  #moveFocus(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const stops = [...this.querySelectorAll<HTMLElement>('dialog input, dialog li a')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = stops[at + step];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }
}

function said(typed: string, count: number): string {
  if (typed.trim().length < 2) return '';
  if (count === 0) return `Nothing has “${typed.trim()}”.`;
  return count === 1 ? '1 result' : `${count} results`;
}

function entryItem({ kind, id, title, href }: SearchEntry): HTMLLIElement {
  return item(href, [element('span', kind, 'kind'), element('code', id), element('span', title, 'about')]);
}

function pageItem({ title, href, excerpt }: FoundPage): HTMLLIElement {
  const about = element('span', '', 'about');
  about.append(
    ...excerptPieces(excerpt).map(({ text, isFound }) =>
      isFound ? element('mark', text) : document.createTextNode(text),
    ),
  );
  return item(href, [element('span', 'Page', 'kind'), element('b', title), about]);
}

function item(href: string, children: readonly Node[]): HTMLLIElement {
  const link = document.createElement('a');
  link.href = href;
  link.append(...children);
  const made = document.createElement('li');
  made.append(link);
  return made;
}

function element(name: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}
