import { askLab } from '../ask-lab.ts';
import { element } from '../dom.ts';
import { refusalNote } from '../locked.ts';

/** Lines of a unified diff by what they are. */
export function diffLines(diff: string): readonly { readonly kind: 'ins' | 'del' | 'span'; readonly text: string }[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map((text) => {
      const isHead = /^(?:\+\+\+|---) /.test(text);
      return { kind: isHead ? 'span' : text.startsWith('+') ? 'ins' : text.startsWith('-') ? 'del' : 'span', text };
    });
}

/** Yours against the start, as the workspace is now; asked for when somebody opens it. */
export function diffSection(scenario: string): HTMLElement {
  const place = element('div');
  const details = element('details', {}, element('summary', {}, 'As the workspace is now, against the start'), place);
  details.addEventListener('toggle', () => {
    if (details.open) void show(scenario, place);
  });
  return element('section', {}, element('h2', {}, 'Your changes'), details);
}

async function show(scenario: string, place: HTMLElement): Promise<void> {
  try {
    const { diff } = await askLab<{ readonly diff: string }>(`/api/diff/${scenario}`);
    if (diff === '') return place.replaceChildren(element('p', {}, 'You have changed nothing yet.'));
    const lines = diffLines(diff).flatMap(({ kind, text }) => [element(kind, {}, text), '\n']);
    place.replaceChildren(
      element('pre', { class: 'diff', tabindex: '0', role: 'region', 'aria-label': 'Your changes' }, ...lines),
    );
  } catch (error) {
    place.replaceChildren(refusalNote(error));
  }
}
