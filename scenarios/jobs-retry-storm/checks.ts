import {
  attemptsEnd,
  comesBackApart,
  finalIsFinal,
  othersGoOn,
  pausesGrow,
  pausesVary,
  redrivenOnce,
  steadyState,
  triedUntilCharged,
  waitsAsTold,
} from '@lab/checks';
import type { Check } from '@lab/sdk';
import { chargedWithinMs, failed, letterWithinMs, longest, pauses, slackMs, told } from './pauses.ts';

const id = (name: string): string => `jobs-retry-storm/${name}`;
const lesson = (name: string): string => `lessons/retries#${name}`;
const experiments = ['outage', 'settle'];

const alone = { groups: ['well'], lateMsMax: failed.stretchMs };

export const checks: readonly Check[] = [
  steadyState({
    id: id('steady-state'),
    title: 'The shop answers its daily load',
    points: 5,
    lesson: lesson('steady-state'),
    requests: ['detail', 'list', 'order'],
    failedShareMax: 0.01,
  }),
  pausesGrow({
    id: id('pauses-grow'),
    title: 'Each pause is twice the one before, up to the longest',
    points: 15,
    lesson: lesson('pauses-grow'),
    experiments,
    pauses,
    groups: ['failed-together'],
    onceRefused: ['passes'],
    slackMs,
    alone,
  }),
  pausesVary({
    id: id('pauses-vary'),
    title: 'Pauses are varied, to both sides',
    points: 10,
    lesson: lesson('pauses-vary'),
    experiments,
    pauses,
    groups: ['failed-together'],
    ...longest,
  }),
  comesBackApart({
    id: id('comes-back-apart'),
    title: 'What failed together does not come back together',
    points: 15,
    lesson: lesson('comes-back-apart'),
    experiments,
    failed: { groups: ['failed-together'], ...failed },
    told: { groups: ['told-together'], shareMax: told.shareMax, stretchMs: told.stretchMs },
    alone,
  }),
  waitsAsTold({
    id: id('waits-as-told'),
    title: 'Nobody comes before the time that the provider named, nor long after',
    points: 10,
    lesson: lesson('waits-as-told'),
    experiments,
    groups: ['told-together', 'told'],
    toldEachTime: ['told-each-time'],
    laterMs: told.laterMs,
    slackMs,
  }),
  finalIsFinal({
    id: id('final-is-final'),
    title: 'What the provider refuses for good is asked once, and then a person is told',
    points: 10,
    lesson: lesson('final-is-final'),
    experiments,
    groups: ['final', 'declined'],
    letterWithinMs,
  }),
  triedUntilCharged({
    id: id('tried-until-charged'),
    title: 'What passes is tried again, and charged once',
    points: 10,
    lesson: lesson('tried-until-charged'),
    experiments,
    groups: ['passes', 'told', 'told-together'],
  }),
  attemptsEnd({
    id: id('attempts-end'),
    title: 'Attempts come to an end, with a dead letter that says how',
    points: 10,
    lesson: lesson('attempts-end'),
    experiments,
    groups: ['failed-together', 'told-each-time'],
    attemptsMax: pauses.attemptsMax,
  }),
  redrivenOnce({
    id: id('redriven-once'),
    title: 'An order that is redriven, with two clicks, is charged once',
    points: 5,
    lesson: lesson('redriven-once'),
    experiments,
    groups: ['final', 'failed-together'],
  }),
  othersGoOn({
    id: id('others-go-on'),
    title: 'Other orders are accepted and charged meanwhile',
    points: 10,
    lesson: lesson('others-go-on'),
    experiments,
    groups: ['well'],
    withinMs: chargedWithinMs,
  }),
];
