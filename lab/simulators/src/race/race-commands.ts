import type { LabCommand } from '../frame/simulator.ts';
import type { Strategy } from './strategies.ts';

const variants: Readonly<Record<Strategy, readonly [variant: string, shows: string]>> = {
  ttl: ['mutants/short-ttl', 'No invalidation, and entries that live for a second.'],
  before: ['mutants/delete-before-write', 'A reader puts the old row back before the commit.'],
  inside: ['mutants/delete-in-transaction', 'A reader puts the old row back while the commit is held.'],
  after: ['mutants/delete-after-commit', 'A reader that missed before the commit fills after the delete.'],
  both: ['mutants/delete-before-and-after', 'Two deletes, and the late fill comes after both.'],
  version: ['solutions/version-compare-and-set', 'Only newer versions may be filled: it passes.'],
  lease: ['solutions/generation-key', 'A fill of an older generation is never found: it passes.'],
  enclosed: ['reference', 'Block, change, unblock, as ShelfWise does: it passes.'],
};

/** The lab's own measurement of what side A does: there the order is forced, by holding one of both. */
export function raceCommands(strategy: Strategy): readonly LabCommand[] {
  const [variant, shows] = variants[strategy];
  return [
    { command: `npx lab grade cache-stale-price --variant ${variant}`, shows },
    {
      command: 'npx lab start cache-stale-price',
      shows: 'The same on the real service, under load, with its code for you to change.',
    },
  ];
}
