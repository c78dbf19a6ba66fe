import { element } from '../dom.ts';
import { momentText } from './chart-data.ts';
import { atMoment, momentIn } from './moment-address.ts';

/** Says where the cursor stands, and gives a link there. */
export interface MomentRow {
  readonly root: HTMLElement;
  /** `isShown`: the charts reach as far as that. */
  show(ms: number | null, isShown: boolean): void;
}

const howTo = 'Click into a chart, or go into one and use the arrow keys: the cursor stays, and can be linked to.';

/** `addressOf`: the page that shows this moment for good, without the fragment. */
export function momentRow(addressOf: () => string): MomentRow {
  const text = element('span', {}, howTo);
  const copy = element('button', { type: 'button', hidden: true }, 'Copy link to this moment');
  const said = element('span', { role: 'status', class: 'quiet' });
  const byHand = element('input', { type: 'text', readonly: true, hidden: true, 'aria-label': 'Link to this moment' });
  let at: number | null = null;
  copy.addEventListener('click', () => {
    const link = new URL(atMoment(addressOf(), at), location.href).href;
    void navigator.clipboard.writeText(link).then(
      () => {
        said.textContent = 'Copied.';
      },
      () => {
        // No leave to write to the clipboard: whoever asked takes it from here.
        byHand.hidden = false;
        byHand.value = link;
        byHand.select();
      },
    );
  });
  return {
    root: element('p', { class: 'moment row' }, text, copy, byHand, said),
    show(ms, isShown) {
      const where = ms === null ? howTo : `Cursor at ${momentText(ms / 1_000)}`;
      const now = isShown ? where : `${where}, outside of what is shown`;
      // With every second of a running session: what has not changed is left alone.
      if (ms === at && text.textContent === now) return;
      text.textContent = now;
      if (ms === at) return;
      at = ms;
      copy.hidden = ms === null;
      byHand.hidden = true;
      said.textContent = '';
    },
  };
}

/** Reads the moment of this page's address, now and whenever it changes. */
export function onAddressMoment(read: (ms: number) => void, signal: AbortSignal): void {
  const look = (): void => {
    const ms = momentIn(location.hash);
    if (ms !== null) read(ms);
  };
  addEventListener('hashchange', look, { signal });
  look();
}

/** The address of this page says where the cursor stands, so that a reload and a bookmark keep it. */
export function keepInAddress(ms: number | null): void {
  history.replaceState(history.state, '', atMoment(location.href, ms));
}
