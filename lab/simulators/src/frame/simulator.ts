import type { Parameters, Values, ValuesOf } from './parameters.ts';

export type SimulatorId = 'rate-limiting' | 'cache-stampede' | 'invalidation-race' | 'retries';

/** What a run depends on, and nothing else: the same setting gives the same run, to the last event. */
export interface Setting<Shared = Values, Side = Values> {
  readonly seed: number;
  /** Of both sides: the stream that they are given, and the world that it meets. */
  readonly shared: Shared;
  readonly a: Side;
  readonly b: Side;
}

export interface Meter {
  readonly label: string;
  readonly a: string;
  readonly b: string;
  /** What the formula says for A and B; empty where there is none. */
  readonly formula: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A command of the lab that shows the same on the real service. */
export interface LabCommand {
  readonly command: string;
  readonly shows: string;
}

export interface View {
  /** CSS pixels. */
  readonly width: number;
  /** The moment up to which things have happened. */
  readonly tMs: number;
  readonly guess: number | undefined;
}

/** An SVG picture, as the inner markup of an element of this height. */
export interface Picture {
  readonly height: number;
  readonly markup: string;
}

/** Both sides on one stream, from the first moment to the last. All of it is known when it is made. */
export interface Run {
  readonly endMs: number;
  /** When something happens, in order: where "next event" stops. */
  readonly momentsMs: readonly number[];
  /** How a moment is told: `3.25 s`. */
  moment(tMs: number): string;
  /** Three. */
  meters(tMs: number): readonly Meter[];
  table(tMs: number): Table;
  /** What can be seen now, in a sentence or two. */
  summary(tMs: number): string;
  /** What was to be predicted, of side A, at the end. */
  readonly answer: number;
  picture(view: View): Picture;
  readonly caption: string;
  readonly commands: readonly LabCommand[];
}

export interface Preset {
  readonly name: string;
  readonly shared?: Values;
  readonly a?: Values;
  readonly b?: Values;
}

export interface Prediction {
  readonly question: string;
  readonly unit: string;
  readonly max: number;
}

/** A toy model, with what a page needs to show it. It knows no page. */
export interface Simulator {
  readonly id: SimulatorId;
  /** Begins each of its names in an address. */
  readonly prefix: string;
  readonly title: string;
  readonly about: string;
  /** What there is to see. */
  readonly insight: string;
  readonly puzzle: string;
  /** False: nothing in it is drawn at random, so there is no seed to choose. */
  readonly isRandom: boolean;
  readonly shared: Parameters;
  readonly side: Parameters;
  /** The first is how it begins. */
  readonly presets: readonly Preset[];
  prediction(setting: Setting): Prediction;
  run(setting: Setting): Run;
}

interface Declaration<Shared extends Parameters, Side extends Parameters>
  extends Omit<Simulator, 'shared' | 'side' | 'run' | 'prediction'> {
  readonly shared: Shared;
  readonly side: Side;
  prediction(setting: Setting<ValuesOf<Shared>, ValuesOf<Side>>): Prediction;
  run(setting: Setting<ValuesOf<Shared>, ValuesOf<Side>>): Run;
}

/** Whoever makes a setting has checked its values against the parameters, so the model may rely on their types. */
export function defineSimulator<Shared extends Parameters, Side extends Parameters>(
  declared: Declaration<Shared, Side>,
): Simulator {
  const typed = (setting: Setting) => setting as unknown as Setting<ValuesOf<Shared>, ValuesOf<Side>>;
  return {
    ...declared,
    prediction: (setting) => declared.prediction(typed(setting)),
    run: (setting) => declared.run(typed(setting)),
  };
}
