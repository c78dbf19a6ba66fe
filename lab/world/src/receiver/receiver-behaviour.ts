import * as z from 'zod';

export const receiverBehavioursMax = 1_000;

const milliseconds = z.number().min(0).max(600_000);
const status = z.int().min(200).max(599);
/** Which messages: to this path, on the port of this caller, and how often; what is left out stands for all. */
const selector = {
  path: z.string().regex(/^\//).max(500).optional(),
  caller: z.string().min(1).max(64).optional(),
  times: z.int().min(1).max(1_000_000).optional(),
};

/**
 * What the receiver does to messages that match, once it has read them. `silent` never answers, `close` resets the
 * connection instead. `truncate` begins an answer and resets, `trickle` begins one that does not end.
 */
export const receiverBehaviourSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), latencyMs: milliseconds, jitterMs: milliseconds, ...selector }),
  z.strictObject({
    kind: z.literal('answer'),
    status,
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
    location: z.string().max(2_000).optional(),
    body: z.string().max(100_000).optional(),
    ...selector,
  }),
  z.strictObject({ kind: z.literal('error'), rate: z.number().min(0).max(1), status, ...selector }),
  z.strictObject({ kind: z.literal('silent'), ...selector }),
  z.strictObject({ kind: z.literal('close'), ...selector }),
  z.strictObject({ kind: z.literal('truncate'), status, ...selector }),
  z.strictObject({ kind: z.literal('trickle'), status, ...selector }),
]);

/** Keeps the answer back: the message was read, and its sender does not know. */
export const receiverHoldSchema = z.strictObject(selector);

export type ReceiverBehaviour = Readonly<z.infer<typeof receiverBehaviourSchema>>;
export type ReceiverHoldSpec = Readonly<z.infer<typeof receiverHoldSchema>>;
type Subject = { readonly path: string; readonly caller: string };

/** Does this behaviour or hold speak of this message? */
export function concernsMessage(spec: ReceiverHoldSpec, subject: Subject): boolean {
  return (spec.path ?? subject.path) === subject.path && (spec.caller ?? subject.caller) === subject.caller;
}

export function createReceiverRules(random: () => number) {
  let rules: { behaviour: ReceiverBehaviour; left: number }[] = [];
  return {
    /** Counts begin anew. */
    replace(behaviours: readonly ReceiverBehaviour[]): void {
      rules = behaviours.map((behaviour) => ({ behaviour, left: behaviour.times ?? Number.POSITIVE_INFINITY }));
    },
    /** In order: latency adds up on the way to the first other behaviour, which decides. */
    match(subject: Subject): { readonly afterMs: number; readonly deciding: Deciding | undefined } {
      let afterMs = 0;
      for (const rule of rules) {
        const { behaviour } = rule;
        if (rule.left === 0 || !concernsMessage(behaviour, subject)) continue;
        if (behaviour.kind === 'error' && random() >= behaviour.rate) continue;
        rule.left -= 1;
        if (behaviour.kind !== 'latency') return { afterMs, deciding: behaviour };
        afterMs += Math.max(0, behaviour.latencyMs + behaviour.jitterMs * (2 * random() - 1));
      }
      return { afterMs, deciding: undefined };
    },
  };
}

type Deciding = Exclude<ReceiverBehaviour, { kind: 'latency' }>;
