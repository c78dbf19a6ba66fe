import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '@lab/sdk';
import type { Services } from '../services.ts';

/** One state of the learner's code, materialised so that no later save changes what runs. */
export interface CodeVersion {
  readonly codeDir: string;
  readonly hash: string;
}

export interface CodeVersions {
  /**
   * The workspace as it is now: start variant plus editable files.
   *
   * @throws SubmissionError for what a submission may not hold.
   */
  take(): Promise<CodeVersion>;
  /** Removes every version but these. */
  keepOnly(inUse: readonly CodeVersion[]): Promise<void>;
}

export function createCodeVersions(options: {
  readonly services: Services;
  readonly repoRoot: string;
  readonly scenario: Scenario;
  readonly workspaceDir: string;
  /** Folder for the versions. */
  readonly target: string;
  /** Told, once for the same ones: files of the workspace that differ and that a fix may not change. */
  onIgnored?(paths: readonly string[]): void;
}): CodeVersions {
  const { services, repoRoot, scenario } = options;
  const kept = new Map<string, CodeVersion>();
  let told = '';
  const tell = (ignored: readonly string[]): void => {
    const seen = ignored.join('\n');
    if (seen !== told && ignored.length > 0) options.onIgnored?.(ignored);
    told = seen;
  };
  return {
    async take() {
      // Folders are used again, so that Node's compile cache, which goes by path, knows the files that did not change.
      let slot = 1;
      while (kept.has(join(options.target, String(slot)))) slot += 1;
      const { materialise } = await services.workspace();
      const { codeDir, hash, ignored } = await materialise({
        repoRoot,
        target: join(options.target, String(slot)),
        scenario: scenario.id,
        variant: 'broken',
        editable: { from: options.workspaceDir, globs: scenario.editable },
      });
      tell(ignored);
      const same = [...kept.values()].find((version) => version.hash === hash);
      if (same !== undefined) {
        await rm(codeDir, { recursive: true, force: true });
        return same;
      }
      const version = { codeDir, hash };
      kept.set(codeDir, version);
      return version;
    },
    async keepOnly(inUse) {
      const dirs = new Set(inUse.map((version) => version.codeDir));
      for (const dir of [...kept.keys()].filter((candidate) => !dirs.has(candidate))) {
        kept.delete(dir);
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}
