import { askLab } from '../ask-lab.ts';
import { element } from '../dom.ts';
import { faultForm } from './fault-form.ts';
import type { ActiveFault, FaultsDocument } from './fault-types.ts';

/** Switches for the faults of the running session; each ends by itself. */
export interface FaultPanel {
  readonly root: HTMLElement;
  /** Asks anew what is on: to be called when the stream tells of a fault, and when the session is back. */
  refresh(): void;
  /** Each second: time that is left. */
  tend(): void;
}

export function faultPanel(): FaultPanel {
  const active = element('ul', { class: 'active-faults', 'aria-label': 'Faults that are on' });
  const stopAll = element('button', { type: 'button', hidden: true }, 'End all faults');
  const said = element('p', { class: 'said', role: 'status' });
  const place = element('div');
  const root = element('section', { class: 'panel' }, element('h2', {}, 'Faults'), active, stopAll, said, place);
  let known = '';
  let readAtMs = 0;
  let shown: readonly ActiveFault[] = [];

  const order = async (change: unknown, doing: string): Promise<void> => {
    said.textContent = `${doing} …`;
    try {
      await askLab('/api/faults', change);
      said.textContent = '';
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
    await read();
  };
  const read = async (): Promise<void> => {
    const document = await askLab<FaultsDocument>('/api/faults').catch(() => null);
    root.toggleAttribute('data-unknown', document === null);
    if (document === null) return;
    readAtMs = performance.now();
    shown = document.active;
    drawActive();
    // Drawn anew only when there is something else to choose: somebody may be choosing.
    const offered = JSON.stringify(document.faults);
    if (offered !== known) place.replaceChildren(faultForm(document.faults, order));
    known = offered;
  };
  const drawActive = (): void => {
    stopAll.hidden = shown.length === 0;
    active.replaceChildren(...shown.map((fault) => activeItem(fault, order)));
    tend();
  };
  const tend = (): void => {
    for (const [index, fault] of shown.entries()) {
      const left = Math.max(0, fault.leftMs - (performance.now() - readAtMs));
      const text = fault.state === 'stays' ? 'should be over' : `ends in ${Math.ceil(left / 1_000)} s`;
      const time = active.children[index]?.querySelector('.left');
      if (time !== null && time !== undefined) time.textContent = text;
    }
  };
  stopAll.addEventListener('click', () => void order({ action: 'off' }, 'Ending all faults'));
  return { root, refresh: () => void read(), tend };
}

function activeItem({ id, target, measured }: ActiveFault, order: (change: unknown, doing: string) => Promise<void>) {
  const end = element('button', { type: 'button', 'aria-label': `End ${id} on ${target}` }, 'End');
  end.addEventListener('click', () => void order({ action: 'off', id, target }, `Ending ${id}`));
  return element(
    'li',
    {},
    element('b', {}, id),
    ` on ${target} `,
    element('span', { class: 'left' }),
    end,
    element('p', { class: 'quiet' }, measured),
  );
}
