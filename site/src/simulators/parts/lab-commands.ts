import type { LabCommand } from '@lab/simulators';
import { button, make } from './make.ts';

/** The exact commands that show the same on the real service. */
export function createLabCommands(): { readonly element: HTMLElement; show(commands: readonly LabCommand[]): void } {
  const list = make('ul', { class: 'sim-commands' });
  let shown = '';
  return {
    element: make('div', { class: 'sim-lab' }, make('p', { class: 'sim-heading' }, 'Run this on the lab'), list),
    show(commands) {
      const key = JSON.stringify(commands);
      // The same list stays: whoever stands on a button of it keeps the focus.
      if (key === shown) return;
      shown = key;
      list.replaceChildren(...commands.map(itemOf));
    },
  };
}

function itemOf({ command, shows }: LabCommand): HTMLElement {
  const word = make('span', {}, 'Copy');
  const say = (words: string) => word.replaceChildren(words);
  const copy = button('', () => {
    navigator.clipboard.writeText(command).then(
      () => say('Copied'),
      // No permission, or no secure page: it can be marked and copied by hand.
      () => say('Not copied'),
    );
  });
  copy.append(word, make('span', { class: 'sim-hidden' }, ` ${command}`));
  return make('li', {}, make('code', {}, command), ' ', copy, make('p', {}, shows));
}
