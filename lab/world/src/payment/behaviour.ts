import * as z from 'zod';

export const behavioursMax = 1_000;

const milliseconds = z.number().min(0).max(60_000);
// Success without an effect would be a lie, which no provider tells.
const status = z.int().min(400).max(599);
const code = z.string().regex(/^[A-Z][A-Z_]{0,63}$/);
/** Which calls: about this reference, from this caller, and how often; what is left out stands for all. */
const selector = {
  reference: z.string().min(1).max(200).optional(),
  caller: z.string().min(1).max(64).optional(),
  times: z.int().min(1).max(1_000_000).optional(),
};

/** What the provider does to calls that match. */
export const behaviourSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), latencyMs: milliseconds, jitterMs: milliseconds, ...selector }),
  z.strictObject({
    kind: z.literal('answer'),
    status,
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
    code: code.optional(),
    ...selector,
  }),
  z.strictObject({ kind: z.literal('decline'), ...selector }),
  z.strictObject({ kind: z.literal('lose-reply'), ...selector }),
  z.strictObject({ kind: z.literal('error'), rate: z.number().min(0).max(1), status, ...selector }),
]);

/** `before` the provider acts, or `after` it has acted and before it answers. */
export const holdSchema = z.strictObject({ at: z.enum(['before', 'after']), ...selector });

export type Behaviour = Readonly<z.infer<typeof behaviourSchema>>;
export type HoldSpec = Readonly<z.infer<typeof holdSchema>>;
type Subject = Pick<HoldSpec, 'reference' | 'caller'>;

/** Does this behaviour or hold speak of this call? */
export function concerns({ reference, caller }: Subject, call: Subject): boolean {
  return (reference ?? call.reference) === call.reference && (caller ?? call.caller) === call.caller;
}

/** A behaviour that decides about one call. Only `use` counts it: it may match and yet not apply. */
export interface Fault {
  readonly behaviour: Exclude<Behaviour, { kind: 'latency' }>;
  use(): void;
}

export type Rules = ReturnType<typeof createRules>;

export function createRules(random: () => number) {
  let rules: { behaviour: Behaviour; left: number }[] = [];
  return {
    /** Counts begin anew. */
    replace(behaviours: readonly Behaviour[]): void {
      rules = behaviours.map((behaviour) => ({ behaviour, left: behaviour.times ?? Number.POSITIVE_INFINITY }));
    },
    /** In order: latency adds up on the way to the first other behaviour, which decides. */
    match(call: Subject): { readonly delayMs: number; readonly fault: Fault | null } {
      let delayMs = 0;
      for (const rule of rules) {
        const { behaviour } = rule;
        if (rule.left === 0 || !concerns(behaviour, call)) continue;
        if (behaviour.kind === 'error' && random() >= behaviour.rate) continue;
        const use = () => {
          rule.left -= 1;
        };
        if (behaviour.kind !== 'latency') return { delayMs, fault: { behaviour, use } };
        use();
        delayMs += Math.max(0, behaviour.latencyMs + behaviour.jitterMs * (2 * random() - 1));
      }
      return { delayMs, fault: null };
    },
  };
}
