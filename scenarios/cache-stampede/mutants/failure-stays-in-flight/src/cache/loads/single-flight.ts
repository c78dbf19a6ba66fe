/** At most one piece of work under way for each key; who asks meanwhile gets its result, or its error. */
export interface SingleFlight<Value> {
  /** Joins the work that is under way. For keys that say how new the result is. */
  join(key: string, work: () => Promise<Value>): Promise<Value>;
  /** Joins only work that begins after this call: the result is never older than the question. */
  joinNext(key: string, work: () => Promise<Value>): Promise<Value>;
}

export function createSingleFlight<Value>(): SingleFlight<Value> {
  const running = new Map<string, Promise<Value>>();
  const next = new Map<string, Promise<Value>>();

  return {
    join: (key, work) => running.get(key) ?? begin(key, work),
    joinNext(key, work) {
      const current = running.get(key);
      if (!current) return begin(key, work);
      const waiting = next.get(key);
      if (waiting) return waiting;
      const begun = settled(current).then(() => {
        next.delete(key);
        return begin(key, work);
      });
      next.set(key, begun);
      return begun;
    },
  };

  function begin(key: string, work: () => Promise<Value>): Promise<Value> {
    const flight = work().then((value) => {
      if (running.get(key) === flight) running.delete(key);
      return value;
    });
    running.set(key, flight);
    return flight;
  }
}

async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {}); // Its own callers are told.
}
