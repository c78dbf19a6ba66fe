import type { LabCommand } from '../frame/simulator.ts';
import type { Jitter } from './pauses.ts';
import type { Retrying } from './retry-calls.ts';

const variants: Readonly<Record<Jitter, readonly [variant: string, shows: string]>> = {
  none: ['mutants/no-jitter', 'What failed together comes back together: the check of coming apart finds it.'],
  full: ['mutants/full-jitter', 'It spreads best, and does not leave the provider alone for the time that was agreed.'],
  equal: ['mutants/never-shorter', 'Jitter to one side alone: the mean is not what was agreed.'],
  both: ['reference', 'The pauses of ShelfWise, 30 % to both sides: it passes.'],
  decorrelated: ['mutants/no-cap', 'Pauses that are not those that were agreed, here by having no cap.'],
};

/** The lab's own measurement of what side A does. */
export function retryCommands({ jitter, layers }: Retrying): readonly LabCommand[] {
  const grade = (variant: string) => `npx lab grade jobs-retry-storm --variant ${variant}`;
  const [variant, shows] = variants[jitter];
  const ofA: LabCommand =
    layers === 1
      ? { command: grade(variant), shows }
      : {
          command: grade('mutants/client-retries-too'),
          shows: 'A client that tries again inside a queue that does: the attempts multiply.',
        };
  return [
    ofA,
    {
      command: 'npx lab start jobs-retry-storm',
      shows: 'The same on the real service, under load, with its code for you to change.',
    },
    {
      command: 'npx lab grade jobs-double-charge --variant reference',
      shows: 'What a retry needs beside a pause: to charge once, however often it is tried.',
    },
  ];
}
