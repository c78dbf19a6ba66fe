import type { LabCommand } from '../frame/simulator.ts';
import type { Limited } from './limit-requests.ts';
import type { LimiterName } from './limiters.ts';

const variants: Readonly<Record<LimiterName, readonly [variant: string, shows: string]>> = {
  fixed: ['mutants/fixed-window', 'A fixed window in Redis, on three replicas: the check of any window finds it.'],
  sliding: ['solutions/sliding-log', 'A sliding log in one script: it passes.'],
  bucket: ['reference', 'The token bucket of ShelfWise, in one script on the clock of the store: it passes.'],
  leaky: ['mutants/wait-in-line', 'Requests that wait in line: the check of refusals finds it.'],
};

/** The lab's own measurement of what side A does. */
export function limitsCommands({ limiter, counting }: Limited): readonly LabCommand[] {
  const grade = (variant: string) => `npx lab grade limits-three-replicas --variant ${variant}`;
  const [variant, shows] = variants[limiter];
  const ofA: LabCommand = {
    shared: { command: grade(variant), shows },
    local: {
      command: grade('mutants/bucket-in-memory'),
      shows: 'A bucket in the memory of each replica: three replicas, three quotas.',
    },
    everyone: {
      command: grade('mutants/one-bucket-for-all'),
      shows: 'One bucket for all clients: whoever keeps to a plan is refused beside a flood.',
    },
  }[counting];
  return [
    ofA,
    {
      command: 'npx lab start limits-three-replicas',
      shows: 'The same on the real service, under load, with its code for you to change.',
    },
    {
      command: 'npx lab grade limits-store-down --variant reference',
      shows: 'While the store of the counts is away each replica counts for itself, under a ceiling.',
    },
  ];
}
