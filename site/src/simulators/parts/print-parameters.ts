import { type Parameters, type Setting, type Simulator, showValue, type Values } from '@lab/simulators';
import { make } from './make.ts';

/** All parameters in words: on paper nobody can open a list or read a slider. */
export function createPrintedParameters(simulator: Simulator) {
  const list = make('dl', { class: 'sim-printed' });
  const pairs = (start: string, parameters: Parameters, values: Values) =>
    Object.entries(parameters).flatMap(([name, parameter]) => [
      make('dt', {}, `${start}${parameter.label}`),
      make('dd', {}, showValue(parameter, values[name] ?? parameter.initial)),
    ]);
  return {
    element: list,
    show({ seed, shared, a, b }: Setting) {
      list.replaceChildren(
        ...pairs('', simulator.shared, shared),
        ...pairs('A: ', simulator.side, a),
        ...pairs('B: ', simulator.side, b),
        make('dt', {}, 'Seed'),
        make('dd', {}, String(seed)),
      );
    },
  };
}
