/** A list on the page, newest first. */
export interface NewestFirst<T> {
  /** `values`: oldest first. What is there already, and only grew at its new end, is not made or laid out again. */
  show(values: readonly T[]): void;
}

/** `make` is called once for each value, as long as it stays in the list. */
export function newestFirst<T extends object>(list: Element, make: (value: T) => Element): NewestFirst<T> {
  let shown: readonly T[] = [];
  return {
    show(values) {
      const wanted = values.toReversed();
      const [newest] = shown;
      const added = newest === undefined ? wanted.length : wanted.indexOf(newest);
      const stays = added === -1 ? 0 : wanted.length - added;
      const isGrown = added !== -1 && wanted.slice(added).every((value, index) => value === shown[index]);
      if (isGrown) {
        for (const one of [...list.children].slice(stays)) one.remove();
        list.prepend(...wanted.slice(0, added).map(make));
      } else list.replaceChildren(...wanted.map(make));
      shown = wanted;
    },
  };
}
