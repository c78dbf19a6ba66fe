import type { Run, Setting, Simulator } from './simulator.ts';
import type { PageState } from './url-state.ts';

/** What a page shows of a simulator: a state, its run, and the moment up to which things have happened. */
export interface Session {
  readonly state: PageState;
  readonly run: Run;
  readonly tMs: number;
}

/** Whoever has predicted, or does not want to, is shown the end; the others are asked first. */
export function openSession(simulator: Simulator, state: PageState): Session {
  const run = simulator.run(state.setting);
  return { state, run, tMs: state.guess === undefined ? 0 : run.endMs };
}

/** A prediction was about another setting, so it ends; nobody is asked a second time unless they want to. */
export function withSetting(simulator: Simulator, { state }: Session, setting: Setting): Session {
  return openSession(simulator, { setting, guess: state.guess === undefined ? undefined : 'skipped' });
}

/** From the first moment. */
export function withGuess({ state, run }: Session, guess: PageState['guess']): Session {
  return { state: { ...state, guess }, run, tMs: 0 };
}

/** What was to be predicted, once the run has ended. */
export function answerOf({ run, tMs }: Session): number | undefined {
  return tMs >= run.endMs ? run.answer : undefined;
}
