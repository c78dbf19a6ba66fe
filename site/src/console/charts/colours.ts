/** Colours of the page, by the name of their variable, as charts paint with them. */
export interface Colours {
  of(name: string): string;
  /** Reads again what was asked for so far: at the begin of a drawing, before anything of the page is changed. */
  renew(): void;
}

/**
 * To ask the browser for a colour between two changes of the page makes it work out all styles, and a chart asks for
 * each line, axis and grid: so all are read at once, while nothing waits to be worked out.
 */
export function createColours(root: Element): Colours {
  const known = new Map<string, string>();
  const read = (name: string): string => {
    const colour = getComputedStyle(root).getPropertyValue(name).trim();
    known.set(name, colour);
    return colour;
  };
  return {
    of: (name) => known.get(name) ?? read(name),
    renew() {
      for (const name of known.keys()) read(name);
    },
  };
}
