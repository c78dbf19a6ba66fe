import { faultCatalogue } from './catalogue.ts';
import type { Fault } from './fault.ts';
import type { FaultGround } from './ground.ts';
import { describeParameters, type ParameterFacts } from './parameters.ts';

/** One fault as it is listed. */
export interface FaultFacts {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly isOneShot: boolean;
  readonly isAvailable: boolean;
  /** Why not. */
  readonly reason: string | null;
  readonly targets: readonly string[];
  readonly notTargets: readonly { readonly target: string; readonly reason: string }[];
  readonly parameters: readonly ParameterFacts[];
}

/** Every fault, with what it can be done to in this stack; without a stack, with `reason`. */
export function describeFaults(
  where: { readonly ground: FaultGround } | { readonly reason: string },
  catalogue: readonly Fault[] = faultCatalogue,
): readonly FaultFacts[] {
  return catalogue.map((fault) => {
    const { id, title, about } = fault;
    const availability = 'ground' in where ? fault.availability(where.ground) : where.reason;
    const isAvailable = availability === true;
    return {
      id,
      title,
      about,
      isOneShot: fault.isOneShot === true,
      isAvailable,
      reason: isAvailable ? null : availability,
      targets: isAvailable && 'ground' in where ? fault.targets(where.ground) : [],
      notTargets: isAvailable && 'ground' in where ? (fault.notTargets?.(where.ground) ?? []) : [],
      parameters: describeParameters(fault),
    };
  });
}
