/** One line of a lesson's section "See it by hand": a fault, what it moves, and the sections that it belongs to. */
export interface ByHand {
  /** Id in the catalogue of faults. */
  readonly fault: string;
  readonly target: string | undefined;
  /** Names of ShelfWise's own figures, as `/metrics` has them. */
  readonly metrics: readonly string[];
  /** Anchors on the same page; each is a check of a scenario. */
  readonly anchors: readonly string[];
}

const command = /`npx lab fault on (?<fault>[a-z-]+)(?: --target (?<target>[\w:-]+))?[^`]*`/;

/** What a lesson invites its readers to try by hand. From here a page on a fault or a figure can link back. */
export function byHandOf(lesson: string): readonly ByHand[] {
  const [, section = ''] = lesson.split(/^## See it by hand$/m);
  const rows = (section.split(/^## /m)[0] ?? '').split('\n').filter((line) => command.test(line));
  return rows.map((row) => {
    const { fault = '', target } = command.exec(row)?.groups ?? {};
    const [, , watched = '', belongs = ''] = row.split('|');
    return {
      fault,
      target,
      metrics: [...watched.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name = '']) => name),
      anchors: [...belongs.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor),
    };
  });
}
