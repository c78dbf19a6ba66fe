import { LabError } from '@lab/sdk';
import type { ReceiverBehaviour } from '@lab/world';
import type * as z from 'zod';
import { defineFault, type Effect, type Fault } from '../fault.ts';
import { observe, type Talk } from '../observe/observe.ts';
import { once } from '../once.ts';
import type { Probed } from '../payment/probe-charge.ts';

interface ReceiverFaultSpec<P extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly parameters: P;
  behaviour(parameters: z.output<P>): ReceiverBehaviour;
  readonly limitMs: (parameters: z.output<P>) => number;
  /** What one message, to a path that no customer has, says of it. */
  look(probed: Probed, parameters: z.output<P>): Effect;
}

const message: Talk = {
  send: Buffer.from('POST /lab-fault-check HTTP/1.1\r\nHost: lab\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'),
  answerBytes: 'HTTP/1.1 204'.length,
};

/** A fault of customers' servers, of all of them at once. */
export function defineReceiverFault<P extends z.ZodObject>(spec: ReceiverFaultSpec<P>): Fault {
  const { id, title, about, parameters } = spec;
  return defineFault({
    id,
    title,
    about,
    parameters,
    targets: (ground) => (ground.receiver === null ? [] : ['all']),
    availability: (ground) => ground.receiver !== null || 'the stack has no receiver of webhooks',
    claims: () => [
      { on: 'process receiver', isAlone: false },
      // Its behaviours are set as a whole.
      { on: 'behaviour of the receiver', isAlone: true },
    ],
    inject: async ({ receiver }, { parameters: given }) => {
      if (receiver === null) throw new LabError('E_NO_RECEIVER', { message: 'The stack has no receiver of webhooks.' });
      await receiver.control.setBehaviours([spec.behaviour(given)]);
      return { undo: once(() => receiver.control.setBehaviours([])), note: null };
    },
    effect: async ({ receiverDoor }, { parameters: given, signal }) => {
      if (receiverDoor === null) return { seen: false, measured: 'the receiver has no door for the lab' };
      const observed = await observe(receiverDoor, message, { limitMs: spec.limitMs(given), signal });
      const status = /^HTTP\/1\.1 (\d{3})/.exec(observed.head)?.[1];
      return spec.look({ ...observed, status: status === undefined ? null : Number(status) }, given);
    },
  });
}
