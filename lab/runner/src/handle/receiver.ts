import { type Clock, LabError, type ReceivedMessage, type ReceiverHandle, type ReceiverHold } from '@lab/sdk';
import type { Receipt, ReceiverControl, ReceiverBehaviour as WorldBehaviour } from '@lab/world';
import type { Scripted } from '../testbed/outside-world.ts';
import { createOwner, runMsOf, type ServiceOptions, waitForCount } from './owned.ts';

interface ReceiverOptions extends ServiceOptions {
  /** Null: the stack has none; so is its door then. */
  readonly service: Scripted<ReceiverControl, WorldBehaviour> | null;
  readonly door: { readonly host: string; readonly port: number } | null;
}

/** `releaseAll` undoes what an attempt left behind. */
export interface OwnedReceiver extends ReceiverHandle {
  releaseAll(): Promise<void>;
}

/** Customers' servers, as an experiment may use them. Without them in the stack every call is a fault of the scenario. */
export function createReceiver(options: ReceiverOptions): OwnedReceiver {
  const { clock, door } = options;
  const owner = createOwner('receiver', options.onEvent);
  const service = (): Scripted<ReceiverControl, WorldBehaviour> => {
    if (options.service !== null) return options.service;
    throw noReceiver();
  };
  return {
    urlOf: (path) => {
      if (door === null) throw noReceiver();
      return new URL(path, `http://${door.host}:${door.port}`).href;
    },
    hold: async (only = {}): Promise<ReceiverHold> => {
      const hold = await service().control.hold(only);
      const waitFor: ReceiverHold['waitFor'] = async (wanted) => {
        const held = await waitForCount(options, wanted, () => hold.waiting());
        return held.map(({ path, webhookId }) => ({ path, id: webhookId }));
      };
      return owner.own('webhooks-held', { waitFor }, () => hold.release());
    },
    behave: async (behaviours) => {
      const { control, behaviours: all } = service();
      const mine = behaviours.map(({ does, ...selector }): WorldBehaviour => ({ ...does, ...selector }));
      const tell = (list: readonly WorldBehaviour[]): Promise<void> => control.setBehaviours(list);
      return await owner.behave('receiver-misbehaves', { mine, all, tell });
    },
    received: async (path) => {
      const receipts = await service().control.receipts();
      return receipts
        .filter((receipt) => path === undefined || receipt.path === path)
        .map((receipt) => toMessage(receipt, clock));
    },
    releaseAll: owner.releaseAll,
  };
}

function noReceiver(): LabError {
  return new LabError('E_NO_RECEIVER', { message: 'The stack has no receiver of webhooks.' });
}

function toMessage(receipt: Readonly<Receipt>, clock: Clock): ReceivedMessage {
  const { path, receivedAtMs, webhookId, timestamp, signature, requestId, body, status, endedAtMs } = receipt;
  return {
    path,
    atMs: runMsOf(clock, receivedAtMs),
    id: webhookId,
    timestamp,
    signature,
    requestId,
    body,
    status,
    endMs: endedAtMs === null ? null : runMsOf(clock, endedAtMs),
  };
}
