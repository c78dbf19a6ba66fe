/** What all handles of a testbed want of a service that knows one list of behaviours only. */
export interface BehaviourLists<Behaviour> {
  add(list: readonly Behaviour[], tell: Tell<Behaviour>): Promise<void>;
  remove(list: readonly Behaviour[], tell: Tell<Behaviour>): Promise<void>;
}

type Tell<Behaviour> = (all: readonly Behaviour[]) => Promise<void>;

/** Experiments run side by side: what is told later arrives later, or an older list would be the last word. */
export function createBehaviourLists<Behaviour>(): BehaviourLists<Behaviour> {
  const lists = new Set<readonly Behaviour[]>();
  let before: Promise<void> = Promise.resolve();
  const tellAll = (tell: Tell<Behaviour>): Promise<void> => {
    const told = before.then(() => tell([...lists].flat()));
    before = told.catch(() => undefined); // Its own caller is told.
    return told;
  };
  return {
    add: (list, tell) => {
      lists.add(list);
      return tellAll(tell);
    },
    remove: (list, tell) => {
      lists.delete(list);
      return tellAll(tell);
    },
  };
}
