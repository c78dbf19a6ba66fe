/**
 * The service with a change laid on the reference. `broken`: the start of the exercise; `mutant`: a
 * plausible wrong fix; `solution`: another right fix.
 */
export type VariantKind = 'broken' | 'mutant' | 'solution';

/** What a variant is there to show, declared in the scenario. */
export interface VariantDeclaration {
  /** `broken`, `mutants/<name>` or `solutions/<name>`: also its folder below the scenario. */
  readonly name: 'broken' | `mutants/${string}` | `solutions/${string}`;
  /** One line for authors: what it does and why someone would write it. */
  readonly about: string;
  /** The listed wrong fix it stands for, as `C2`, where there is one. */
  readonly listed?: string;
  /** A change that games the measurement without mending anything. */
  readonly cheat?: boolean;
  /**
   * Finding codes that must appear, by check id. The checks named here claim the variant. Empty for
   * solutions.
   */
  readonly killedBy: Readonly<Record<string, readonly string[]>>;
}
