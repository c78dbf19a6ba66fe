import * as z from 'zod';

export const scanBehavioursMax = 1_000;

const milliseconds = z.number().min(0).max(600_000);
const caller = z.string().min(1).max(64).optional();
const times = z.int().min(1).max(1_000_000).optional();
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional();
/** Which connections: from this caller, and how often; what is left out stands for all. */
const connection = { caller, times };
/** Which scans: besides, of these bytes. */
const scan = { caller, times, sha256 };

/**
 * What the scanner does to connections and scans that match. `down` resets a connection at once. `limit` replies after
 * so many bytes that there are too many; `cut` resets after so many. The others concern the reply: it comes late, never,
 * or is another than the true one.
 */
export const scanBehaviourSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('down'), ...connection }),
  z.strictObject({ kind: z.literal('limit'), bytes: z.int().min(0), ...connection }),
  z.strictObject({ kind: z.literal('cut'), bytes: z.int().min(0), ...connection }),
  z.strictObject({ kind: z.literal('latency'), latencyMs: milliseconds, jitterMs: milliseconds, ...scan }),
  z.strictObject({ kind: z.literal('silent'), ...scan }),
  z.strictObject({ kind: z.literal('reply'), text: z.string().max(4_000), ...scan }),
]);

/** Keeps the verdict back, after the last byte was read. */
export const scanHoldSchema = z.strictObject(scan);

export type ScanBehaviour = Readonly<z.infer<typeof scanBehaviourSchema>>;
export type ScanHoldSpec = Readonly<z.infer<typeof scanHoldSchema>>;
type Kind = ScanBehaviour['kind'];
type Subject = { readonly caller: string; readonly sha256?: string };

/** Does this behaviour or hold speak of this connection or scan? */
export function concernsScan(spec: ScanHoldSpec, subject: Subject): boolean {
  return (spec.caller ?? subject.caller) === subject.caller && (spec.sha256 ?? subject.sha256) === subject.sha256;
}

export function createScanRules() {
  let rules: { behaviour: ScanBehaviour; left: number }[] = [];
  return {
    /** Counts begin anew. */
    replace(behaviours: readonly ScanBehaviour[]): void {
      rules = behaviours.map((behaviour) => ({ behaviour, left: behaviour.times ?? Number.POSITIVE_INFINITY }));
    },
    /** The behaviours of these kinds that match, in order. Whoever applies one counts it by `use`. */
    match<K extends Kind>(kinds: readonly K[], subject: Subject) {
      return rules.flatMap((rule) => {
        const { behaviour } = rule;
        if (rule.left === 0 || !isOneOf(behaviour, kinds) || !concernsScan(behaviour, subject)) return [];
        const use = () => {
          rule.left -= 1;
        };
        return [{ behaviour, use }];
      });
    },
  };
}

function isOneOf<K extends Kind>(
  behaviour: ScanBehaviour,
  kinds: readonly K[],
): behaviour is Extract<ScanBehaviour, { kind: K }> {
  return (kinds as readonly Kind[]).includes(behaviour.kind);
}
