import { LabRefusal } from './ask-lab.ts';
import { element } from './dom.ts';

/** What a page shows instead of what it could not get. */
export function refusalNote(error: unknown): HTMLElement {
  if (error instanceof LabRefusal && error.isLocked) {
    return note('This tab is not signed in to a lab. In the checkout of the lab, type:', 'npx lab open --console');
  }
  const message = error instanceof Error ? error.message : String(error);
  return note(message, error instanceof LabRefusal ? error.hint : null);
}

export function note(text: string, command: string | null): HTMLElement {
  return element(
    'div',
    { class: 'note' },
    element('p', {}, text),
    command === null ? null : element('pre', { tabindex: '0' }, element('code', {}, command)),
  );
}
