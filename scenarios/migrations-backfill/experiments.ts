import type { Experiment } from '@lab/sdk';
import { atNoon } from './experiments/at-noon.ts';
import { killedHalfWay } from './experiments/killed-half-way.ts';
import { onACopy } from './experiments/on-a-copy.ts';
import { rushHour } from './experiments/rush-hour.ts';

/**
 * All side by side, each on a database of its own: copies for what the server counts, for the kill and for the rushes, the
 * shop's own for the people. A rush on one of them is seen by whoever asks the whole server; nobody is judged by how long
 * the others take.
 */
export const experiments: readonly Experiment[] = [onACopy, killedHalfWay, rushHour, atNoon];
