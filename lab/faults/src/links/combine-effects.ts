import type { Effect } from '../fault.ts';

/** Of one fault in several places: it is on when it is on in all of them. */
export function combineEffects(effects: readonly { readonly place: string; readonly effect: Effect }[]): Effect {
  const seenIn = effects.filter(({ effect }) => effect.seen);
  const isAll = seenIn.length === effects.length && effects.length > 0;
  const [first] = isAll || seenIn.length === 0 ? effects : seenIn;
  const measured = first === undefined ? 'nothing to look at' : first.effect.measured;
  return {
    seen: isAll,
    isPartial: seenIn.length > 0 && !isAll,
    measured:
      effects.length < 2 ? measured : `on ${seenIn.length} of ${effects.length} links; ${first?.place}: ${measured}`,
  };
}
