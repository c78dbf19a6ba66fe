import { openSession, type PageState, type Simulator, withGuess, withSetting } from '@lab/simulators';
import { createAddress } from './parts/address.ts';
import type { Heading } from './parts/lay-out.ts';
import { createSimulatorParts } from './simulator-parts.ts';

/** A simulator on a page, as long as it is there. */
export interface SimulatorView extends Disposable {
  readonly element: HTMLElement;
}

/**
 * The frame that all simulators share. First it asks for a prediction, then it shows the run: A against B on one
 * stream. Where the reader wants no motion nothing plays, and the run is seen by steps. On paper it is the picture of
 * the end, with its caption and all parameters.
 */
export function createSimulatorView(simulator: Simulator, heading: Omit<Heading, 'problems'>): SimulatorView {
  const stillness = matchMedia('(prefers-reduced-motion: reduce)');
  const address = createAddress(simulator);
  const { state, problems } = address.read();
  let session = openSession(simulator, state);

  const parts = createSimulatorParts(simulator, {
    ...heading,
    problems,
    session: () => session,
    isStill: () => stillness.matches,
    onSetting(change) {
      session = withSetting(simulator, session, change(session.state.setting));
      showAll();
      address.write(session.state);
    },
    onGuess: takeGuess,
    onMoment(tMs) {
      session = { ...session, tMs };
      parts.showMoment(session);
    },
  });
  const reload = () => parts.player.load(session.run, session.tMs);
  const showEnd = () => parts.player.load(session.run, session.run.endMs);

  showAll();
  addEventListener('beforeprint', showEnd);
  stillness.addEventListener('change', reload);
  return {
    element: parts.element,
    [Symbol.dispose]() {
      removeEventListener('beforeprint', showEnd);
      stillness.removeEventListener('change', reload);
      parts.stop();
      address.stop();
    },
  };

  function showAll(): void {
    parts.showSetting(session, address.linkTo(session.state));
    reload();
  }

  function takeGuess(guess: PageState['guess']): void {
    session = withGuess(session, guess);
    showAll();
    address.write(session.state);
    if (guess === undefined) return;
    // The button that was pressed is gone; whoever came by keyboard goes on from here.
    parts.player.focus();
    parts.player.play();
  }
}
