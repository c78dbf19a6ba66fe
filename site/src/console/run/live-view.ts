import { createChartStrip } from '../charts/chart-strip.ts';
import { keepInAddress } from '../charts/moment-row.ts';
import { element } from '../dom.ts';
import { faultPanel } from '../faults/fault-panel.ts';
import { filePanel } from '../files/file-panel.ts';
import type { StreamState } from '../stream/follow-events.ts';
import { createAnnouncer } from './announcer.ts';
import { changeFeed } from './change-feed.ts';
import { gradePanel } from './grade-panel.ts';
import { logPanel } from './log-panel.ts';
import { runHeader } from './run-header.ts';
import type { RunModel } from './run-model.ts';

const windowMs = 300_000;
const windowLeastMs = 60_000;

/** All that the page of the running session shows, without where it comes from. */
export interface LiveView {
  readonly parts: readonly Node[];
  draw(run: RunModel): void;
  /** Asks the session anew how it is, or what is disturbed. */
  refresh(what: 'status' | 'faults'): void;
  stream(state: StreamState): void;
  /** To who listens. */
  say(text: string): void;
  /** Puts the cursor of the charts on a moment. */
  pin(ms: number): void;
  /** Each second. */
  tend(): void;
}

/** `addressOf`: the replay of the run that is shown. `onResume`: the charts move again. */
export function createLiveView(options: { addressOf(): string; onResume(): void }): LiveView {
  const files = filePanel();
  let scenario = '';
  const header = runHeader((name) => {
    if (name !== scenario) files.refresh(name);
    scenario = name;
  });
  // A link outlives the session: it leads to the replay of this run.
  const strip = createChartStrip('Running session', { addressOf: options.addressOf, onPin: keepInAddress });
  const faults = faultPanel();
  const feed = changeFeed();
  const grade = gradePanel();
  const log = logPanel();
  const spoken = element('p', { role: 'status', class: 'sr-only' });
  const speak = (text: string): void => {
    spoken.textContent = text;
  };
  const announcer = createAnnouncer(speak, () => performance.now());
  let drawn: Pick<RunModel, 'ticks' | 'bands'> = { ticks: [], bands: [] };
  header.onResume(options.onResume);
  return {
    parts: [
      header.root,
      spoken,
      grade.root,
      element('h2', { class: 'sr-only' }, 'Charts'),
      strip.root,
      element('div', { class: 'panels' }, faults.root, feed.root, files.root, log.root),
    ],
    draw(run) {
      // Charts first, while nothing else of the page has changed. They cost the most: a line of the log draws none.
      if (!header.isPaused() && (run.ticks !== drawn.ticks || run.bands !== drawn.bands)) {
        drawn = run;
        const toMs = Math.max(windowLeastMs, run.ticks.at(-1)?.t ?? 0);
        strip.show(run.ticks, { fromMs: Math.max(0, toMs - windowMs), toMs, bands: run.bands, marks: [] });
      }
      feed.show(run.changes);
      grade.show(run.grade);
      files.point(run.wrong);
      log.show(run.logs);
    },
    refresh: (what) => (what === 'status' ? header.refresh() : faults.refresh()),
    stream: header.stream,
    say: announcer.say,
    pin: strip.pin,
    tend() {
      announcer.tend();
      faults.tend();
      header.tend();
    },
  };
}
