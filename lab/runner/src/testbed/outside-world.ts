import type { StartedWorld } from '@lab/runtime';
import {
  type Behaviour,
  createReceiverControl,
  createScannerControl,
  createWorldControl,
  type ReceiverBehaviour,
  type ReceiverControl,
  type ScanBehaviour,
  type ScannerControl,
  type WorldControl,
  type WorldControlOptions,
} from '@lab/world';
import { type BehaviourLists, createBehaviourLists } from './behaviour-lists.ts';
import type { RunningParts } from './members.ts';

/** A service's own control, with what it does at the moment by whoever asked for it: the service knows one list only. */
export interface Scripted<Control, Behaviour> {
  readonly control: Control;
  readonly behaviours: BehaviourLists<Behaviour>;
}

/** The services outside ShelfWise. Null: the stack has no such service. */
export interface OutsideWorld {
  /** Of the payment provider. */
  readonly world: WorldControl | null;
  /** The same, with its behaviours. */
  readonly payment: Scripted<WorldControl, Behaviour> | null;
  readonly scanner: Scripted<ScannerControl, ScanBehaviour> | null;
  readonly receiver: Scripted<ReceiverControl, ReceiverBehaviour> | null;
}

export function outsideWorld({ services }: RunningParts, signal: AbortSignal): OutsideWorld {
  const payment = script<WorldControl, Behaviour>(services.payment, signal, createWorldControl);
  return {
    world: payment?.control ?? null,
    payment,
    scanner: script(services.scanner, signal, createScannerControl),
    receiver: script(services.receiver, signal, createReceiverControl),
  };
}

function script<Control, Behaviour>(
  service: StartedWorld | null,
  signal: AbortSignal,
  create: (options: WorldControlOptions) => Control,
): Scripted<Control, Behaviour> | null {
  if (service === null) return null;
  return {
    control: create({ url: service.controlUrl, token: service.token, signal }),
    behaviours: createBehaviourLists(),
  };
}
