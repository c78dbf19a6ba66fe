/** What goes first when there is more to do than can be done: what earns money. What goes last: what can wait. */
export type Importance = 'critical' | 'normal' | 'optional';

export interface Admission {
  /** Takes a request in; returns the function that lets it out again, or undefined where it has to be refused. */
  enter(importance: Importance): (() => void) | undefined;
  inFlight(): number;
}

/**
 * Of the room, how much may be taken when a request of this class comes in. All classes wait in the same queues behind
 * it, so the room that only critical requests may use is what keeps their wait short and their door open.
 */
const SHARES: Readonly<Record<Importance, number>> = { critical: 1, normal: 0.5, optional: 0.3 };

/**
 * Bounds the requests in flight. Beyond what keeps the machine busy, each further one only makes all others slower,
 * until they are all given up by their callers and done for nobody. A refusal in time costs next to nothing.
 */
export function createAdmission(inFlightMax: number): Admission {
  let inFlight = 0;
  return {
    enter(importance) {
      if (inFlight >= Math.ceil(inFlightMax * SHARES[importance])) return undefined;
      inFlight += 1;
      let inside = true;
      return () => {
        if (inside) inFlight -= 1;
        inside = false;
      };
    },
    inFlight: () => inFlight,
  };
}
