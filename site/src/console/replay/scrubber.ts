import { element } from '../dom.ts';

interface ScrubberOptions {
  readonly endMs: number;
  onMove(ms: number): void;
  describe(ms: number): string;
}

const stepMs = 1_000;
const speeds = [1, 4, 16];
const frameMs = 250;

/** Goes through a stored run: by hand, or by itself at a chosen speed. */
export function scrubber({ endMs, onMove, describe }: ScrubberOptions): HTMLElement {
  const slider = element('input', {
    type: 'range',
    min: '0',
    max: String(Math.ceil(endMs)),
    step: String(stepMs),
    'aria-label': 'Moment of the run',
  });
  slider.value = slider.max;
  const now = element('output', { class: 'clock' });
  const play = element('button', { type: 'button', 'aria-pressed': 'false' }, 'Play');
  const options = speeds.map((speed) => element('option', { value: String(speed) }, `${speed}×`));
  const speed = element('select', { 'aria-label': 'Speed' }, ...options);
  speed.value = '4';
  let timer: ReturnType<typeof setInterval> | null = null;

  const moved = (): void => {
    const text = `${describe(Number(slider.value))} of ${describe(endMs)}`;
    now.textContent = text;
    slider.setAttribute('aria-valuetext', text);
    onMove(Number(slider.value));
  };
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    play.textContent = 'Play';
    play.setAttribute('aria-pressed', 'false');
  };
  let atMs = endMs;
  const begin = (): void => {
    atMs = Number(slider.value) >= endMs ? 0 : Number(slider.value);
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', 'true');
    timer = setInterval(() => {
      atMs += frameMs * Number(speed.value);
      slider.value = String(atMs);
      moved();
      if (atMs >= endMs || !slider.isConnected) stop();
    }, frameMs);
  };
  play.addEventListener('click', () => (timer === null ? begin() : stop()));
  slider.addEventListener('input', () => {
    stop();
    moved();
  });
  now.textContent = `${describe(endMs)} of ${describe(endMs)}`;
  slider.setAttribute('aria-valuetext', now.textContent);
  return element('div', { class: 'scrubber row' }, play, speed, slider, now);
}
