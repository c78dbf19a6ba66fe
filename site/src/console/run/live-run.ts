import { LabRefusal } from '../ask-lab.ts';
import { createChartStrip } from '../charts/chart-strip.ts';
import { keepInAddress, onAddressMoment } from '../charts/moment-row.ts';
import { element, link } from '../dom.ts';
import { faultPanel } from '../faults/fault-panel.ts';
import { refusalNote } from '../locked.ts';
import { pageOf } from '../run-types.ts';
import { followEvents, type LabEvent, type StreamState } from '../stream/follow-events.ts';
import { takeToken } from '../token.ts';
import { createAnnouncer } from './announcer.ts';
import { changeFeed } from './change-feed.ts';
import { gradePanel } from './grade-panel.ts';
import { logPanel } from './log-panel.ts';
import { runHeader } from './run-header.ts';
import { emptyRun, type RunModel, withEvent } from './run-model.ts';

const windowMs = 300_000;

/** The running session: charts, faults, changes and log, fed by its event stream. */
export class LiveRun extends HTMLElement {
  #left = new AbortController();

  connectedCallback(): void {
    const token = takeToken();
    if (token === null) {
      this.replaceChildren(refusalNote(new LabRefusal('', { isLocked: true })));
      return;
    }
    this.#left = new AbortController();
    this.#show(token, this.#left.signal);
  }

  disconnectedCallback(): void {
    this.#left.abort();
  }

  #show(token: string, signal: AbortSignal): void {
    let runId = '';
    const header = runHeader();
    const strip = createChartStrip('Running session', {
      // A link outlives the session: it leads to the replay of this run.
      addressOf: () => pageOf('replay', runId, null),
      onPin: keepInAddress,
    });
    const faults = faultPanel();
    const feed = changeFeed();
    const grade = gradePanel();
    const log = logPanel();
    const spoken = element('p', { role: 'status', class: 'sr-only' });
    const announcer = createAnnouncer(
      (text) => {
        spoken.textContent = text;
      },
      () => performance.now(),
    );
    this.replaceChildren(
      header.root,
      spoken,
      grade.root,
      element('h2', { class: 'sr-only' }, 'Charts'),
      strip.root,
      element('div', { class: 'panels' }, faults.root, feed.root, log.root),
    );
    let run: RunModel = emptyRun;
    let isDrawing = false;
    const draw = (): void => {
      isDrawing = false;
      feed.show(run.changes);
      grade.show(run.grade);
      log.show(run.logs);
      if (header.isPaused()) return;
      const toMs = Math.max(60_000, run.ticks.at(-1)?.t ?? 0);
      strip.show(run.ticks, { fromMs: Math.max(0, toMs - windowMs), toMs, bands: run.bands, marks: [] });
    };
    // However many events come at once, they are drawn once.
    const drawSoon = (): void => {
      if (!isDrawing) requestAnimationFrame(draw);
      isDrawing = true;
    };
    const onEvent = (event: LabEvent): void => {
      if (event.run !== runId) {
        runId = event.run;
        run = emptyRun;
        header.refresh();
        faults.refresh();
      }
      run = withEvent(run, event);
      const newest = run.changes.at(-1);
      if (event.event === 'fault') faults.refresh();
      if (['fault', 'change', 'grade', 'bye'].includes(event.event) && newest !== undefined) announcer.say(newest.text);
      if (event.event === 'phase' || event.event === 'change') header.refresh();
      drawSoon();
    };
    const onState = (state: StreamState): void => {
      header.stream(state);
      if (state === 'locked') this.replaceChildren(refusalNote(new LabRefusal('', { isLocked: true })));
      if (state === 'ended')
        this.append(
          element(
            'p',
            { class: 'note' },
            'The session has ended. ',
            link(pageOf('replay', runId, null), 'Play it back'),
            '.',
          ),
        );
    };
    header.onResume(drawSoon);
    onAddressMoment(strip.pin, signal);
    const timer = setInterval(() => {
      announcer.tend();
      faults.tend();
      header.tend();
    }, 1_000);
    signal.addEventListener('abort', () => clearInterval(timer));
    header.refresh();
    void followEvents({ url: '/api/events', token, signal, onEvent, onState });
  }
}
