import { element } from './dom.ts';
import { refusalNote } from './locked.ts';
import { findToken } from './token.ts';

/** Fills a page with what the lab is asked for, or says why there is nothing. */
export async function loadInto(place: HTMLElement, load: () => Promise<readonly Node[]>): Promise<void> {
  place.setAttribute('aria-busy', 'true');
  place.replaceChildren(element('p', { class: 'quiet' }, 'Loading …'));
  try {
    await findToken();
    place.replaceChildren(...(await load()));
  } catch (error) {
    place.replaceChildren(refusalNote(error));
  } finally {
    place.removeAttribute('aria-busy');
  }
}
