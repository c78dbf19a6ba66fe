export {
  type NumberParameter,
  type Parameter,
  type Parameters,
  parseValue,
  type Value,
  type Values,
} from './frame/parameters.ts';
export { nextMoment, playedTo, summaryWaitMs } from './frame/playback.ts';
export { answerOf, openSession, type Session, withGuess, withSetting } from './frame/session.ts';
export type {
  LabCommand,
  Meter,
  Picture,
  Prediction,
  Preset,
  Run,
  Setting,
  Simulator,
  SimulatorId,
  Table,
  View,
} from './frame/simulator.ts';
export { describeSetting, stillOf } from './frame/still.ts';
export {
  type Decoded,
  decodeState,
  encodeState,
  initialState,
  type PageState,
  presetSetting,
} from './frame/url-state.ts';
export { rateLimiting } from './limits/rate-limiting.ts';
export { invalidationRace } from './race/invalidation-race.ts';
export { retries } from './retries/retries.ts';
export { cacheStampede } from './stampede/cache-stampede.ts';
