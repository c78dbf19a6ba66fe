import { nextMoment, playedTo, type Run } from '@lab/simulators';
import { button, make } from './make.ts';

export interface Player {
  readonly element: HTMLElement;
  /** Takes another run, and stands at a moment of it. */
  load(run: Run, tMs: number): void;
  play(): void;
  stop(): void;
  /** To the control that goes on with the run. */
  focus(): void;
}

interface PlayerParts {
  readonly id: string;
  readonly onMoment: (tMs: number) => void;
  /** True: nothing moves by itself, and who wants to see more steps. */
  readonly isStill: () => boolean;
}

/** Run and pause, next event, end, reset, and a slider of the time. */
export function createPlayer({ id, onMoment, isStill }: PlayerParts): Player {
  let run: Run | undefined;
  let atMs = 0;
  let frame: number | undefined;

  const toggle = button('Run', () => (frame === undefined ? play() : stop()));
  const step = button('Next event', () => run && pausedAt(nextMoment(run, atMs)));
  const end = button('To the end', () => run && pausedAt(run.endMs));
  const reset = button('Reset', () => pausedAt(0));
  const slider = make('input', { type: 'range', id: `${id}-moment`, min: 0, step: 1, class: 'sim-slider' });
  const shown = make('span', { class: 'sim-moment' });
  slider.addEventListener('input', () => pausedAt(slider.valueAsNumber));
  const label = make('label', { for: slider.id }, 'Moment');

  return {
    element: make(
      'div',
      { class: 'sim-player', role: 'group', 'aria-label': 'Time' },
      make('div', { class: 'sim-row' }, toggle, step, end, reset),
      make('div', { class: 'sim-row sim-time' }, label, slider, shown),
    ),
    load(loaded, tMs) {
      stop();
      run = loaded;
      slider.max = String(loaded.endMs);
      toggle.hidden = isStill();
      moveTo(tMs);
    },
    play,
    stop,
    focus: () => (toggle.hidden ? step : toggle).focus(),
  };

  function play(): void {
    if (run === undefined || isStill()) return;
    const current = run;
    const fromMs = atMs >= current.endMs ? 0 : atMs;
    let beganMs: number | undefined;
    toggle.textContent = 'Pause';
    const next = (nowMs: number) => {
      beganMs ??= nowMs;
      frame = requestAnimationFrame(next);
      moveTo(playedTo(current, fromMs, nowMs - beganMs));
      if (atMs >= current.endMs) stop();
    };
    frame = requestAnimationFrame(next);
  }

  function stop(): void {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    toggle.textContent = 'Run';
  }

  function pausedAt(tMs: number): void {
    stop();
    moveTo(tMs);
  }

  function moveTo(tMs: number): void {
    atMs = tMs;
    slider.value = String(tMs);
    const words = run?.moment(tMs) ?? '';
    slider.setAttribute('aria-valuetext', words);
    shown.textContent = words;
    onMoment(tMs);
  }
}
