import type { MachineLoad, Proof } from '@lab/judge';
import { type Scenario, UsageError, type VariantDeclaration } from '@lab/sdk';
import { suggest } from '../suggest.ts';

/** One variant of a scenario, with what it is expected to show. */
export interface Candidate {
  readonly name: string;
  readonly declaration: 'reference' | VariantDeclaration;
  /** Checks to run the experiments of; undefined for all. */
  readonly checks: readonly string[] | undefined;
  readonly inputsHash: string;
}

export interface PlannedVariant extends Candidate {
  /** Runs that are still to be made. */
  readonly missing: number;
}

/** The variants to prove, all or those named. A mutant runs only what its claiming checks need. */
export function chooseVariants(
  scenario: Scenario,
  options: { readonly names: readonly string[] | undefined; readonly full: boolean },
): Omit<Candidate, 'inputsHash'>[] {
  const all = [
    { name: 'reference', declaration: 'reference' as const, checks: undefined },
    ...scenario.variants.map((declaration) => {
      const claiming = Object.keys(declaration.killedBy);
      const narrow = declaration.name.startsWith('mutants/') && !options.full;
      return { name: declaration.name, declaration, checks: narrow ? claiming : undefined };
    }),
  ];
  const { names } = options;
  if (names === undefined) return all;
  for (const name of names)
    assertKnown(
      name,
      all.map((variant) => variant.name),
    );
  return all.filter((variant) => names.includes(variant.name));
}

function assertKnown(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const meant = suggest(name, known);
  throw new UsageError('E_VARIANT_UNKNOWN', {
    message: `There is no variant "${name}".`,
    hint: meant === null ? `there are ${known.join(', ')}` : `Did you mean ${meant}?`,
  });
}

export interface PlanOptions {
  readonly proof: Proof;
  readonly runs: number;
  readonly changedOnly: boolean;
  readonly machine: MachineLoad;
  /** Stored runs do not count. */
  readonly fresh: boolean;
  /** False: the proof does not move on with these runs, so its age would choose the same ones each time. */
  readonly store: boolean;
  /** As `Math.random`. */
  random(): number;
}

/** Whatever the budget, these say whether a scenario is there at all. */
const always = ['reference', 'broken'];

/**
 * What is still to be run for `runs` decided runs of each variant under its present inputs, on an idle or a busy
 * machine, the most telling first: reference and broken, then variants without a proof under these inputs, then the
 * oldest proof. Among equals chance decides, so that budgets that are too short reach all of them in the end.
 */
export function planRuns(candidates: readonly Candidate[], options: PlanOptions): PlannedVariant[] {
  const planned = candidates.map((candidate) => {
    const entry = options.proof.entries[candidate.name];
    const valid = entry?.inputsHash === candidate.inputsHash ? entry : undefined;
    const counts = options.fresh ? undefined : valid?.[options.machine];
    const decided = counts === undefined ? 0 : counts.runs - counts.inconclusive;
    const skipped = options.changedOnly && valid !== undefined;
    const missing = skipped ? 0 : Math.max(0, options.runs - decided);
    const rank = always.includes(candidate.name) ? always.indexOf(candidate.name) : always.length + (valid ? 1 : 0);
    const age = options.store ? (valid?.lastRun ?? '') : '';
    return { candidate, missing, order: [rank, age, options.random()] as const };
  });
  return planned
    .filter(({ missing }) => missing > 0)
    .sort((one, other) => compare(one.order, other.order))
    .map(({ candidate, missing }) => ({ ...candidate, missing }));
}

type Order = readonly [rank: number, age: string, chance: number];

function compare(one: Order, other: Order): number {
  if (one[0] !== other[0]) return one[0] - other[0];
  if (one[1] !== other[1]) return one[1] < other[1] ? -1 : 1;
  return one[2] - other[2];
}
