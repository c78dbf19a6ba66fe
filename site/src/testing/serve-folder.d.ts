interface ServedFolder extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
}
/** Serves built pages on loopback as the lab does: compressed, under the policy that the build has left beside them. */
export declare function serveFolder(folder: string, policyFile: string): Promise<ServedFolder>;
