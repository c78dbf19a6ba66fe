import type { TimelineEvent } from '@lab/sdk';
import type { Tasks } from '../output/tasks.ts';

const labels: Readonly<Record<string, string>> = {
  prepare: 'Fresh data, your code booted',
  load: 'Load',
  baseline: 'Baseline: nothing is disturbed',
  disturb: 'Disturb: forced orders of events, faults',
  recover: 'Recover: faults undone, last reads',
  collect: 'Collect the evidence',
};

/** Turns the events of a grade into progress, one line per phase. */
export function phaseProgress(tasks: Tasks): (event: TimelineEvent) => void {
  return ({ event, name, state }) => {
    if (event !== 'phase') {
      tasks.note(`${name} ${state}`);
      return;
    }
    if (state === 'begin') tasks.begin(labels[name] ?? name);
    else tasks.done();
  };
}
