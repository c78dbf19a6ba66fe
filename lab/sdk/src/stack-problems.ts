import type { StackPart, StackSpec } from './stack.ts';

/** Every part, and what else a stack needs with it. */
const companions: Readonly<Record<StackPart, readonly Needed[]>> = {
  postgres: [],
  'redis-cache': [],
  'redis-queue': [],
  'redis-limits': [],
  s3: [{ part: 'scanner', ofWorkers: true, why: 'its workers do not boot with a store and without a scanner' }],
  payment: [],
  scanner: [{ part: 's3', why: 'nothing is scanned but what lies in the store' }],
  receiver: [],
  toxiproxy: [],
};

/** Every part that a stack may name. */
export const stackParts = Object.keys(companions) as readonly StackPart[];

interface Needed {
  readonly part: StackPart;
  /** Only where there are workers. */
  readonly ofWorkers?: boolean;
  readonly why: string;
}

/** Without them no worker of ShelfWise boots. */
const ofEveryWorker: readonly StackPart[] = ['redis-queue', 'payment'];

/** What is wrong with a stack, each a sentence for the scenario's author. Empty when it is sound. */
export function stackProblems({ parts, replicas }: StackSpec): readonly string[] {
  const known: readonly string[] = stackParts;
  const workers = replicas.worker ?? 0;
  // A declaration is checked at run time too: an author may not have compiled it.
  const unknown = parts.filter((part) => !known.includes(part));
  const missing = parts.flatMap((part) => companions[part] ?? []).filter(({ part }) => !parts.includes(part));
  return [
    ...unknown.map(
      (part) => `the stack names the part "${part}", which does not exist; there are ${known.join(', ')}.`,
    ),
    ...parts
      .filter((part, index) => parts.indexOf(part) !== index)
      .map((part) => `the stack names the part "${part}" twice.`),
    ...missing
      .filter(({ ofWorkers }) => ofWorkers !== true || workers > 0)
      .map(({ part, why }) => `the stack lacks the part "${part}": ${why}.`),
    ...(workers === 0 ? [] : ofEveryWorker)
      .filter((part) => !parts.includes(part))
      .map((part) => `the stack lacks the part "${part}": no worker boots without it.`),
    ...(parts.includes('receiver') && workers === 0
      ? ['the stack names the part "receiver" and has no workers: nobody sends webhooks.']
      : []),
  ];
}
