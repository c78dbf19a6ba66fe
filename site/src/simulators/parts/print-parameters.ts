import { describeSetting, type Setting, type Simulator } from '@lab/simulators';
import { make } from './make.ts';

/** All parameters in words: on paper nobody can open a list or read a slider. */
export function createPrintedParameters(simulator: Simulator) {
  const list = make('dl', { class: 'sim-printed' });
  return {
    element: list,
    show(setting: Setting) {
      const pairs = describeSetting(simulator, setting);
      list.replaceChildren(...pairs.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
    },
  };
}
