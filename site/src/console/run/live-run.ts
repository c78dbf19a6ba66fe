import { LabRefusal } from '../ask-lab.ts';
import { onAddressMoment } from '../charts/moment-row.ts';
import { element, link } from '../dom.ts';
import { refusalNote } from '../locked.ts';
import { pageOf } from '../run-types.ts';
import type { LabEvent, StreamState } from '../stream/follow-events.ts';
import { followShared } from '../stream/follow-shared.ts';
import { findToken, type Token } from '../token.ts';
import { createLiveView } from './live-view.ts';
import { emptyRun, type RunModel, withEvent } from './run-model.ts';

/** The running session: charts, faults, changes and log, fed by its event stream. */
export class LiveRun extends HTMLElement {
  #left = new AbortController();

  connectedCallback(): void {
    this.#left = new AbortController();
    const { signal } = this.#left;
    addEventListener('pagehide', () => this.#left.abort(), { signal });
    // Brought back as it was when it was left, it would follow nothing.
    addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
    void findToken().then((token) => {
      if (signal.aborted) return;
      if (token === null) this.#lock();
      else this.#show(token, signal);
    });
  }

  disconnectedCallback(): void {
    this.#left.abort();
  }

  #lock(): void {
    this.replaceChildren(refusalNote(new LabRefusal('', { isLocked: true })));
  }

  #show(token: Token, signal: AbortSignal): void {
    let run: RunModel = emptyRun;
    let runId = '';
    let isDrawing = false;
    // However many events come at once, they are drawn once.
    const drawSoon = (): void => {
      if (!isDrawing) requestAnimationFrame(draw);
      isDrawing = true;
    };
    const view = createLiveView({ addressOf: () => pageOf('replay', runId, null), onResume: drawSoon });
    const draw = (): void => {
      isDrawing = false;
      view.draw(run);
    };
    this.replaceChildren(...view.parts);
    const onEvent = (event: LabEvent): void => {
      if (event.run !== runId) {
        runId = event.run;
        run = emptyRun;
        view.refresh('status');
        view.refresh('faults');
      }
      run = withEvent(run, event);
      tell(event);
      drawSoon();
    };
    const tell = ({ event }: LabEvent): void => {
      const newest = run.changes.at(-1);
      if (event === 'fault') view.refresh('faults');
      if (['fault', 'change', 'grade', 'bye'].includes(event) && newest !== undefined) view.say(newest.text);
      if (event === 'phase' || event === 'change') view.refresh('status');
    };
    const onState = (state: StreamState): void => {
      view.stream(state);
      if (state === 'locked') this.#lock();
      if (state === 'ended') this.append(endNote(runId));
    };
    const timer = setInterval(view.tend, 1_000);
    signal.addEventListener('abort', () => clearInterval(timer));
    view.refresh('status');
    onAddressMoment(view.pin, signal);
    followShared({ token, signal, onEvent, onState });
  }
}

function endNote(runId: string): HTMLElement {
  const replay = link(pageOf('replay', runId, null), 'Play it back');
  return element('p', { class: 'note' }, 'The session has ended. ', replay, '.');
}
