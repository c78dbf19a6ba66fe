import {
  confirmationLooks,
  confirmedOnce,
  contentDecides,
  pastTheApi,
  scannedClean,
  steadyState,
  storeRefuses,
  uploadsEnd,
  uploadsServed,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import { apiBytesMax, decidedWithinMs } from './limits.ts';

const id = (name: string): string => `uploads-trusting-client/${name}`;
const lesson = (name: string): string => `lessons/uploads#${name}`;
const requests = ['detail', 'list', 'uploads'];

/** How a client is told that its file is not there, or is another one. */
export const refusals = [409, 422] as const;

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests,
    failedShareMax: 0.01,
  }),
  uploadsServed({
    id: id('allowed-files-come-through'),
    title: 'Whoever sends what is allowed gets it back',
    points: 10,
    lesson: lesson('allowed-files-come-through'),
    experiments: ['honest-files'],
    withinMs: decidedWithinMs,
  }),
  storeRefuses({
    id: id('store-refuses-the-size'),
    title: 'The store refuses what is too large, and what is empty',
    points: 15,
    lesson: lesson('store-refuses-the-size'),
    experiments: ['wrong-sizes'],
    groups: ['size'],
  }),
  storeRefuses({
    id: id('store-refuses-the-place'),
    title: 'The store refuses another place and another type than the announced ones',
    points: 10,
    lesson: lesson('store-refuses-the-place'),
    experiments: ['other-place-or-type'],
    groups: ['key', 'type'],
  }),
  uploadsEnd({
    id: id('forms-end'),
    title: 'A form ends, and what nobody confirms does not stay',
    points: 10,
    lesson: lesson('forms-end'),
    experiments: ['late-forms'],
    withinMs: decidedWithinMs,
  }),
  pastTheApi({
    id: id('bytes-pass-the-api-by'),
    title: 'No file goes through the API',
    points: 10,
    lesson: lesson('bytes-pass-the-api-by'),
    experiments: ['narrow-link'],
    bytesMax: apiBytesMax,
    withinMs: decidedWithinMs,
  }),
  confirmationLooks({
    id: id('confirmation-looks'),
    title: 'Only what the store has is confirmed',
    points: 15,
    lesson: lesson('confirmation-looks'),
    experiments: ['early-confirmations'],
    refusals,
    withinMs: decidedWithinMs,
  }),
  confirmedOnce({
    id: id('confirmed-once'),
    title: 'Twenty confirmations have one effect and one answer',
    points: 10,
    lesson: lesson('confirmed-once'),
    experiments: ['twenty-confirmations', 'confirmed-in-hand'],
    plain: 'honest-files',
    settled: 'settle',
  }),
  contentDecides({
    id: id('content-decides'),
    title: 'The content decides what a file is, and nothing is served as a page',
    points: 10,
    lesson: lesson('content-decides'),
    experiments: ['honest-files', 'other-types', 'other-contents'],
    settled: 'settle',
  }),
  scannedClean({
    id: id('only-clean-is-ready'),
    title: 'Nothing is ready that the scanner has not called clean',
    points: 5,
    lesson: lesson('only-clean-is-ready'),
    experiments: ['honest-files', 'infected-files', 'confirmed-in-hand'],
    settled: 'settle',
  }),
];
