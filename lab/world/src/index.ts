import { fileURLToPath } from 'node:url';

export {
  createWorldControl,
  type WorldControl,
  type WorldControlOptions,
  type WorldHold,
  type WorldLedger,
} from './control/world-control.ts';
export type { Behaviour, HoldSpec } from './payment/behaviour.ts';
export type { WaitingCall } from './payment/call.ts';
export type { CallEntry, CallOutcome, ChargeEntry } from './payment/ledger.ts';
export type { StartedWorld } from './start-world.ts';

/** The program, for whoever starts it in a process of its own. */
export const worldMainFile = fileURLToPath(new URL('./world-main.ts', import.meta.url));
