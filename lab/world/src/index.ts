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
export type { Receipt, ReceiptOutcome } from './receiver/receipts.ts';
export type { ReceiverBehaviour, ReceiverHoldSpec } from './receiver/receiver-behaviour.ts';
export { createReceiverControl, type ReceiverControl, type ReceiverHold } from './receiver/receiver-control.ts';
export type { WaitingMessage } from './receiver/receiver-holds.ts';
export { eicar } from './scanner/eicar.ts';
export type { ScanBehaviour, ScanHoldSpec } from './scanner/scan-behaviour.ts';
export type { WaitingScan } from './scanner/scan-holds.ts';
export type { ScanEntry, ScanOutcome } from './scanner/scan-ledger.ts';
export { createScannerControl, type ScanHold, type ScannerControl } from './scanner/scanner-control.ts';
export type { StartedWorld } from './start-world.ts';

/** The program, for whoever starts it in a process of its own. */
export const worldMainFile = fileURLToPath(new URL('./world-main.ts', import.meta.url));
