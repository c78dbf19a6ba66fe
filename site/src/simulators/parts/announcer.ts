import { summaryWaitMs } from '@lab/simulators';
import { make } from './make.ts';

export interface Announcer {
  readonly element: HTMLElement;
  /** Tells it now, or when five seconds are over: then whatever is the newest. */
  tell(summary: string): void;
  stop(): void;
}

/** The one place of a simulator that speaks by itself. */
export function createAnnouncer(): Announcer {
  const element = make('p', { class: 'sim-summary', role: 'status' });
  let newest = '';
  let lastToldMs: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const speak = () => {
    timer = undefined;
    lastToldMs = performance.now();
    if (element.textContent !== newest) element.textContent = newest;
  };
  return {
    element,
    tell(summary) {
      newest = summary;
      timer ??= setTimeout(speak, summaryWaitMs(lastToldMs, performance.now()));
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
