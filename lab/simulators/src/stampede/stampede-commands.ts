import type { LabCommand } from '../frame/simulator.ts';
import type { Guard } from './guards.ts';
import type { Guarded } from './read-pages.ts';

const variants: Readonly<Record<Guard, readonly [variant: string, shows: string]>> = {
  none: ['broken', 'Whoever misses loads: the check of one load finds it.'],
  flight: ['solutions/one-load-for-each-process', 'Single flight in each of three replicas: it passes.'],
  lease: ['solutions/lease-alone', 'One lease for all replicas: it passes.'],
  stale: [
    'mutants/renewed-by-each-reader',
    'The old copy is shown, and each reader makes a new one: nobody waits, and the wall is the same.',
  ],
  early: ['solutions/renewed-ahead', 'Pages that are made again before they end: it passes.'],
};

/** The lab's own measurement of what side A does. */
export function stampedeCommands({ guard, spread }: Guarded): readonly LabCommand[] {
  const grade = (variant: string) => `npx lab grade cache-stampede --variant ${variant}`;
  const [variant, shows] = variants[guard];
  const lifetimes: LabCommand =
    spread === 0
      ? { command: grade('mutants/same-lifetime'), shows: 'Equal lifetimes: what was made together ends together.' }
      : {
          command: grade('mutants/spread-lifetimes-only'),
          shows: 'Different lifetimes alone: readers of one page still miss together.',
        };
  return [
    { command: grade(variant), shows },
    lifetimes,
    {
      command: 'npx lab start cache-stampede',
      shows: 'The same on the real service, under load, with its code for you to change.',
    },
  ];
}
