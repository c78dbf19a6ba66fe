import {
  decisionsStay,
  notWithoutVerdict,
  scannedAsServed,
  staysAsServed,
  steadyState,
  uploadsServed,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import { decidedWithinMs } from './limits.ts';

const id = (name: string): string => `uploads-scan-then-swap/${name}`;
const lesson = (name: string): string => `lessons/uploads#${name}`;
const requests = ['detail', 'list', 'uploads'];
const settled = 'settle';

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
    id: id('clean-files-come-through'),
    title: 'Whoever sends a clean file gets it back',
    points: 10,
    lesson: lesson('clean-files-come-through'),
    experiments: ['plain-files', 'late-file'],
    withinMs: decidedWithinMs,
  }),
  scannedAsServed({
    id: id('scanned-as-served'),
    title: 'Nobody is given a byte that was not scanned',
    points: 30,
    lesson: lesson('scanned-as-served'),
    experiments: [
      'plain-files',
      'swapped-while-scanned',
      'swapped-before-the-worker',
      'swapped-under-the-copy',
      'swapped-after-the-verdict',
      'interleavings',
    ],
    settled,
  }),
  staysAsServed({
    id: id('ready-stays'),
    title: 'What is ready stays as it is',
    points: 15,
    lesson: lesson('ready-stays'),
    experiments: ['swapped-when-ready', 'confirmed-late'],
    settled,
  }),
  notWithoutVerdict({
    id: id('no-verdict-not-ready'),
    title: 'No verdict, not ready: the scanner is down, silent, or says something else',
    points: 15,
    lesson: lesson('no-verdict-not-ready'),
    experiments: ['scanner-down', 'scanner-silent', 'scanner-words'],
    settled,
  }),
  notWithoutVerdict({
    id: id('read-to-the-end'),
    title: 'What the scanner has not read to its end is not ready',
    points: 10,
    lesson: lesson('read-to-the-end'),
    experiments: ['scanner-limit'],
    settled,
  }),
  uploadsServed({
    id: id('scanner-comes-back'),
    title: 'A scanner that is slow, or away for a while, costs nobody a file',
    points: 10,
    lesson: lesson('scanner-comes-back'),
    experiments: ['scanner-down', 'scanner-silent', 'scanner-slow', 'scanner-limit', 'scanner-breaks'],
    withinMs: decidedWithinMs,
  }),
  decisionsStay({
    id: id('decided-once'),
    title: 'A file that was rejected is not made ready by a worker that wakes up',
    points: 5,
    lesson: lesson('decided-once'),
    experiments: ['late-verdict'],
  }),
];
