import type { PageState, Run, Setting, Simulator } from '@lab/simulators';
import { createAddress } from './parts/address.ts';
import { createAnnouncer } from './parts/announcer.ts';
import { createFigure } from './parts/figure.ts';
import { createLabCommands } from './parts/lab-commands.ts';
import { make } from './parts/make.ts';
import { createPlayer } from './parts/player.ts';
import { createPrediction } from './parts/prediction.ts';
import { createPrintedParameters } from './parts/print-parameters.ts';
import { createSettingPanel } from './parts/setting-panel.ts';
import { createMeters, createStateTable } from './parts/tables.ts';

/** A simulator on a page, as long as it is there. */
export interface SimulatorView extends Disposable {
  readonly element: HTMLElement;
}

interface ViewSettings {
  /** Unique on the page; begins all of its ids. */
  readonly id: string;
  /** Of the heading, from 2 to 6. */
  readonly level: 2 | 3 | 4 | 5 | 6;
}

/**
 * The frame that all simulators share. First it asks for a prediction, then it shows the run: A against B on one
 * stream. Where the reader wants no motion nothing plays, and the run is seen by steps. On paper it is the picture of
 * the end, with its caption and all parameters.
 */
export function createSimulatorView(simulator: Simulator, { id, level }: ViewSettings): SimulatorView {
  const stillness = matchMedia('(prefers-reduced-motion: reduce)');
  const address = createAddress(simulator);
  const { state: told, problems } = address.read();
  let state: PageState = told;
  let run: Run = simulator.run(state.setting);
  let tMs = 0;

  const panel = createSettingPanel(id, simulator, changeSetting);
  const prediction = createPrediction({ id, onGuess: takeGuess, onAgain: askAgain });
  const figure = createFigure(id, simulator.title, draw);
  const player = createPlayer({ id, onMoment: showMoment, isStill: () => stillness.matches });
  const meters = createMeters();
  const table = createStateTable(() => run.table(tMs));
  const announcer = createAnnouncer();
  const commands = createLabCommands();
  const printed = createPrintedParameters(simulator);
  const link = make('a', { href: '' }, 'Link to this state');
  const element = layOut();

  player.load(run, 0);
  showSetting();
  if (state.guess !== undefined) player.load(run, run.endMs);
  addEventListener('beforeprint', showEnd);
  stillness.addEventListener('change', reload);

  return {
    element,
    [Symbol.dispose]() {
      removeEventListener('beforeprint', showEnd);
      stillness.removeEventListener('change', reload);
      player.stop();
      figure.stop();
      announcer.stop();
      address.stop();
    },
  };

  function layOut(): HTMLElement {
    const more = make('details', {}, make('summary', {}, 'What there is to see'), make('p', {}, simulator.insight));
    const results = [figure.element, player.element, announcer.element, meters.element, table.element];
    const notes = problems.map((problem) => make('p', { class: 'sim-problem' }, problem));
    const puzzle = make('p', { class: 'sim-puzzle' }, make('strong', {}, 'Puzzle. '), simulator.puzzle);
    return make(
      'section',
      { class: 'sim', 'aria-labelledby': `${id}-title` },
      make(`h${level}`, { id: `${id}-title`, class: 'sim-title' }, simulator.title),
      ...notes,
      make('p', { class: 'sim-about' }, simulator.about),
      prediction.element,
      make('div', { class: 'sim-result' }, ...results),
      panel.element,
      puzzle,
      more,
      commands.element,
      printed.element,
      make('p', { class: 'sim-link' }, link),
    );
  }

  function changeSetting(change: (setting: Setting) => Setting): void {
    // A prediction was about another setting.
    state = { setting: change(state.setting), guess: state.guess === undefined ? undefined : 'skipped' };
    run = simulator.run(state.setting);
    player.load(run, state.guess === undefined ? 0 : run.endMs);
    showSetting();
    address.write(state);
  }

  function takeGuess(guess: number | 'skipped'): void {
    state = { ...state, guess };
    showSetting();
    player.load(run, 0);
    player.focus();
    player.play();
    address.write(state);
  }

  function askAgain(): void {
    state = { ...state, guess: undefined };
    player.load(run, 0);
    showSetting();
    address.write(state);
  }

  function showSetting(): void {
    panel.show(state.setting);
    commands.show(run.commands);
    printed.show(state.setting);
    link.href = address.linkTo(state);
    element.dataset['phase'] = state.guess === undefined ? 'ask' : 'show';
    showPrediction();
  }

  function showPrediction(): void {
    prediction.show(simulator.prediction(state.setting), state.guess, tMs >= run.endMs ? run.answer : undefined);
  }

  function showMoment(now: number): void {
    tMs = now;
    draw();
    meters.show(run.meters(tMs));
    table.refresh();
    showPrediction();
    if (state.guess !== undefined) announcer.tell(run.summary(tMs));
  }

  function draw(): void {
    figure.draw(run, { tMs, guess: typeof state.guess === 'number' ? state.guess : undefined });
  }

  function reload(): void {
    player.load(run, tMs);
  }

  function showEnd(): void {
    player.load(run, run.endMs);
  }
}
