/** A save as the event stream tells it. */
export interface SavedFiles {
  readonly name: 'files';
  readonly state: 'saved';
  /** Relative to the workspace, with slashes. */
  readonly paths: readonly string[];
  /** How many more there are. */
  readonly more: number;
}

const namedMax = 8;
const charactersMax = 200;

/** Files of the workspace that were saved, added or removed at once; of many the first. */
export function savedFiles(paths: readonly string[]): SavedFiles {
  const named = paths.slice(0, namedMax).map((path) => path.slice(0, charactersMax));
  return { name: 'files', state: 'saved', paths: named, more: paths.length - named.length };
}
