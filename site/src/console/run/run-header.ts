import { askLab } from '../ask-lab.ts';
import { momentText } from '../charts/chart-data.ts';
import { element, link } from '../dom.ts';
import type { StreamState } from '../stream/follow-events.ts';

/** What of `/api/status` the header shows. */
interface Status {
  readonly running: boolean;
  readonly scenario: string | null;
  readonly run: string | null;
  readonly phase: string;
  readonly uptimeMs: number;
  readonly problem: string | null;
}

export interface RunHeader {
  readonly root: HTMLElement;
  /** Asks the session how it is. */
  refresh(): void;
  stream(state: StreamState): void;
  isPaused(): boolean;
  onResume(listener: () => void): void;
  /** Each second. */
  tend(): void;
}

const streamWords: Readonly<Record<StreamState, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost, trying again',
  locked: 'not signed in',
  ended: 'ended',
};

/** `onScenario` is told which one runs, whenever that is asked anew. */
export function runHeader(onScenario: (scenario: string) => void): RunHeader {
  const what = element('p', { class: 'what' }, 'Looking for a running session …');
  const clock = element('b', { class: 'clock' }, '–');
  const stream = element('span', { class: 'stream', 'data-state': 'connecting' }, 'connecting');
  const pause = element('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause charts');
  const problem = element('p', { class: 'problem', hidden: true });
  const root = element(
    'div',
    { class: 'run-header' },
    what,
    element('p', { class: 'row' }, clock, stream, pause),
    problem,
  );
  let startedAtMs: number | null = null;
  let isPaused = false;
  let resume: () => void = () => undefined;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    if (!isPaused) resume();
  });
  const read = async (): Promise<void> => {
    const status = await askLab<Status>('/api/status').catch(() => null);
    if (status === null) return;
    problem.hidden = status.problem == null;
    problem.textContent = status.problem ?? '';
    if (!status.running || status.scenario === null) {
      startedAtMs = null;
      what.replaceChildren('No session runs. Start one with ', element('code', {}, 'npx lab start'), '.');
      return;
    }
    startedAtMs = performance.now() - status.uptimeMs;
    onScenario(status.scenario);
    what.replaceChildren(
      link(`/scenarios/${status.scenario}/`, status.scenario),
      `, ${status.phase.replaceAll('-', ' ')}`,
    );
  };
  const tend = (): void => {
    clock.textContent = startedAtMs === null ? '–' : momentText((performance.now() - startedAtMs) / 1_000);
  };
  return {
    root,
    refresh: () => void read(),
    stream(state) {
      if (stream.dataset['state'] === state) return;
      stream.dataset['state'] = state;
      stream.textContent = streamWords[state];
    },
    isPaused: () => isPaused,
    onResume(listener) {
      resume = listener;
    },
    tend,
  };
}
