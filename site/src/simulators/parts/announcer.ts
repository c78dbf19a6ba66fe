import { summaryWaitMs } from '@lab/simulators';
import { make } from './make.ts';

export interface Announcer {
  readonly element: HTMLElement;
  /** Shows it now. Speaks it now, or when five seconds are over: then whatever is the newest. */
  tell(summary: string): void;
  stop(): void;
}

/** The one place of a simulator that speaks by itself. Who sees it sees every moment; who hears it is given time. */
export function createAnnouncer(): Announcer {
  const shown = make('p', { class: 'sim-summary', 'aria-hidden': 'true' });
  const spoken = make('p', { class: 'sim-hidden', role: 'status' });
  let newest = '';
  let lastToldMs: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const speak = () => {
    timer = undefined;
    lastToldMs = performance.now();
    if (spoken.textContent !== newest) spoken.textContent = newest;
  };
  return {
    element: make('div', {}, shown, spoken),
    tell(summary) {
      newest = summary;
      shown.textContent = summary;
      timer ??= setTimeout(speak, summaryWaitMs(lastToldMs, performance.now()));
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
