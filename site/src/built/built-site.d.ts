/** A page as it was built; `path` is its address, as `/lessons/caching/`. */
export interface BuiltPage {
  readonly path: string;
  readonly html: string;
}
/** A folder of built pages. */
export interface BuiltSite {
  readonly pages: readonly BuiltPage[];
  /** Addresses of all files, pages among them by their file names too. */
  readonly files: ReadonlySet<string>;
}
/** Reads what a build has left in a folder. */
export declare function readBuiltSite(folder: string): Promise<BuiltSite>;
