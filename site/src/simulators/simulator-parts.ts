import { answerOf, type PageState, type Session, type Setting, type Simulator } from '@lab/simulators';
import { createAnnouncer } from './parts/announcer.ts';
import { createFigure } from './parts/figure.ts';
import { createLabCommands } from './parts/lab-commands.ts';
import { describeSimulator, type Heading, layOutSimulator } from './parts/lay-out.ts';
import { make } from './parts/make.ts';
import { createPlayer, type Player } from './parts/player.ts';
import { createPrediction } from './parts/prediction.ts';
import { createPrintedParameters } from './parts/print-parameters.ts';
import { createSettingPanel } from './parts/setting-panel.ts';
import { createMeters, createStateTable } from './parts/tables.ts';

/** Everything of a simulator that is on the page. It shows what it is told, and tells what the reader does. */
export interface SimulatorParts {
  readonly element: HTMLElement;
  readonly player: Player;
  /** A setting or a prediction has changed. */
  showSetting(session: Session, address: string): void;
  /** Only time has gone by. */
  showMoment(session: Session): void;
  stop(): void;
}

interface PartsSettings extends Heading {
  readonly session: () => Session;
  readonly isStill: () => boolean;
  readonly onSetting: (change: (setting: Setting) => Setting) => void;
  readonly onGuess: (guess: PageState['guess']) => void;
  readonly onMoment: (tMs: number) => void;
}

export function createSimulatorParts(simulator: Simulator, settings: PartsSettings): SimulatorParts {
  const { id, session, isStill, onSetting, onGuess, onMoment } = settings;
  const prediction = createPrediction({ id, onGuess, onAgain: () => onGuess(undefined) });
  const figure = createFigure(id, simulator.title, () => draw(session()));
  const player = createPlayer({ id, onMoment, isStill });
  const announcer = createAnnouncer();
  const meters = createMeters();
  const table = createStateTable(() => session().run.table(session().tMs));
  const panel = createSettingPanel(id, simulator, onSetting);
  const commands = createLabCommands();
  const printed = createPrintedParameters(simulator);
  const link = make('a', { href: '' }, 'Link to this state');
  const results = [figure, player, announcer, meters, table].map((part) => part.element);
  const element = layOutSimulator(simulator, settings, [
    prediction.element,
    make('div', { class: 'sim-result' }, ...results),
    panel.element,
    describeSimulator(simulator),
    commands.element,
    printed.element,
    make('p', { class: 'sim-link' }, link),
  ]);

  return {
    element,
    player,
    showSetting({ state, run }, address) {
      panel.show(state.setting);
      commands.show(run.commands);
      printed.show(state.setting);
      link.href = address;
      element.dataset['phase'] = state.guess === undefined ? 'ask' : 'show';
    },
    showMoment(shown) {
      const { state, run, tMs } = shown;
      draw(shown);
      meters.show(run.meters(tMs));
      table.refresh();
      prediction.show(simulator.prediction(state.setting), state.guess, answerOf(shown));
      if (state.guess !== undefined) announcer.tell(run.summary(tMs));
    },
    stop() {
      for (const part of [player, figure, announcer]) part.stop();
    },
  };

  function draw({ state, run, tMs }: Session): void {
    figure.draw(run, { tMs, guess: typeof state.guess === 'number' ? state.guess : undefined });
  }
}
