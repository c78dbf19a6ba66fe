import {
  allowedValues,
  initialValues,
  type NumberParameter,
  type Parameter,
  type Parameters,
  parseValue,
  type Values,
} from './parameters.ts';
import type { Preset, Setting, Simulator } from './simulator.ts';

/** What an address says of a simulator. */
export interface PageState {
  readonly setting: Setting;
  /** Undefined: nobody was asked yet. */
  readonly guess: number | 'skipped' | undefined;
}

export interface Decoded {
  readonly state: PageState;
  /** What in the address could not be used, in sentences. What it stood for is as it begins. */
  readonly problems: readonly string[];
}

const seedParameter: NumberParameter = {
  kind: 'number',
  label: 'Seed',
  unit: '',
  min: 1,
  max: 999_999,
  step: 1,
  initial: 1,
};
const sides = ['a', 'b'] as const;

/** How a simulator begins: with its first preset. */
export function initialState(simulator: Simulator): PageState {
  return { setting: presetSetting(simulator, simulator.presets[0], 1), guess: undefined };
}

/** What a preset does not name is as the parameters begin, so presets can be taken in any order. */
export function presetSetting(simulator: Simulator, preset: Preset | undefined, seed: number): Setting {
  return {
    seed,
    shared: { ...initialValues(simulator.shared), ...preset?.shared },
    a: { ...initialValues(simulator.side), ...preset?.a },
    b: { ...initialValues(simulator.side), ...preset?.b },
  };
}

/** Names and values of all that is not as it begins. Readable, and in an order that does not change. */
export function encodeState(
  simulator: Simulator,
  { setting, guess }: PageState,
): readonly (readonly [string, string])[] {
  const begin = initialState(simulator).setting;
  const changed = (name: string, values: Values, before: Values) =>
    Object.entries(values)
      .filter(([key, value]) => value !== before[key])
      .map(([key, value]) => [`${simulator.prefix}.${name}${key}`, String(value)] as const);
  return [
    ...changed('', setting.shared, begin.shared),
    ...sides.flatMap((side) => changed(`${side}.`, setting[side], begin[side])),
    ...(setting.seed === begin.seed ? [] : [[`${simulator.prefix}.seed`, String(setting.seed)] as const]),
    ...(guess === undefined ? [] : [[`${simulator.prefix}.guess`, String(guess)] as const]),
  ];
}

/** Names of other simulators are theirs. Whatever is wrong is said, and never thrown. */
export function decodeState(simulator: Simulator, entries: Iterable<readonly [string, string]>): Decoded {
  const begin = initialState(simulator);
  const told = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, text] of entries) {
    if (name.startsWith(`${simulator.prefix}.`)) told.set(name.slice(simulator.prefix.length + 1), text);
  }
  const take = (name: string, parameter: Parameter, before: number | string) => {
    const text = told.get(name);
    told.delete(name);
    if (text === undefined) return before;
    const value = parseValue(parameter, text);
    if (value === undefined) problems.push(problemOf(simulator, name, { text, parameter, before }));
    return value ?? before;
  };
  const takeAll = (start: string, parameters: Parameters, before: Values): Values =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => {
        return [name, take(`${start}${name}`, parameter, before[name] ?? parameter.initial)];
      }),
    );
  const setting: Setting = {
    seed: Number(take('seed', seedParameter, begin.setting.seed)),
    shared: takeAll('', simulator.shared, begin.setting.shared),
    a: takeAll('a.', simulator.side, begin.setting.a),
    b: takeAll('b.', simulator.side, begin.setting.b),
  };
  const guess = takeGuess();
  for (const name of told.keys())
    problems.push(`The address names ${shown(`${simulator.prefix}.${name}`)}, which is not known here.`);
  return { state: { setting, guess }, problems };

  function takeGuess(): PageState['guess'] {
    const text = told.get('guess');
    told.delete('guess');
    if (text === undefined || text === 'skipped') return text;
    const { max } = simulator.prediction(setting);
    const parameter: Parameter = { ...seedParameter, min: 0, max };
    const value = parseValue(parameter, text);
    if (typeof value === 'number') return value;
    problems.push(
      `${simulator.prefix}.guess is ${shown(text)}, and should be ${allowedValues(parameter)}. You are asked again.`,
    );
    return undefined;
  }
}

interface Unusable {
  readonly text: string;
  readonly parameter: Parameter;
  readonly before: number | string;
}

function problemOf({ prefix }: Simulator, name: string, { text, parameter, before }: Unusable): string {
  return `${prefix}.${name} is ${shown(text)}, and should be ${allowedValues(parameter)}. ${before} is used.`;
}

const SHOWN_MAX = 40;

/** Addresses come from strangers: as much as shows which one is meant. */
function shown(text: string): string {
  return `“${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}”`;
}
