import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/one-load-for-each-process',
    about: 'Single flight in each process by page and generations, and no word between the replicas: three loads.',
    killedBy: {},
  },
  {
    name: 'solutions/lease-alone',
    about: 'No single flight in a process: every reader asks the store, and whoever has not got the lease asks again.',
    killedBy: {},
  },
  {
    name: 'solutions/renewed-ahead',
    about:
      'A copy is made again before it ends, at a moment drawn for it, while it is still shown; cold pages are joined.',
    killedBy: {},
  },
  {
    name: 'solutions/bentocache',
    about:
      'bentocache for storage and one load at a time per process, under keys that carry the generations of the tags.',
    killedBy: {},
  },
];
