import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@lab/sdk';
import { compareText, errorCode, type FileTree, readTree } from './file-tree.ts';
import { assertVariantName, overlayDir, scenarioDir, serviceDir, type VariantName } from './paths.ts';

/** Tests that would name the defect of a broken variant; learners do not get them. */
const policyTest = /\.policy(?:\.it)?\.test\.ts$/;
/** Written for the service's own place in the repository: a copy gets one that fits, or none where it names policy tests. */
const ownToPlace = new Set(['tsconfig.json', 'tsconfig.tsbuildinfo', 'BEHAVIOURS.md']);

function isCopied(path: string): boolean {
  return !policyTest.test(path) && !ownToPlace.has(path);
}

/** The reference service as variants and workspaces start from it. */
export function readService(repoRoot: string): Promise<Map<string, Buffer>> {
  return readTree(serviceDir(repoRoot), isCopied);
}

async function folderNames(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return folders.map((entry) => entry.name).sort(compareText);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Ids of the scenarios in the repository: folders of `scenarios/` that hold a `scenario.ts` or an overlay. */
export async function listScenarioIds(repoRoot: string): Promise<string[]> {
  const names = await folderNames(join(repoRoot, 'scenarios'));
  const withVariants = await Promise.all(
    names
      .filter((name) => /^[a-z]/.test(name))
      .map(async (name) => ((await listVariants(repoRoot, name)).length > 0 ? [name] : [])),
  );
  return withVariants.flat();
}

/** Overlays stored for a scenario: broken first, then mutants, then solutions. */
export async function listVariants(repoRoot: string, scenario: string): Promise<Exclude<VariantName, 'reference'>[]> {
  const root = scenarioDir(repoRoot, scenario);
  const [top, mutants, solutions] = await Promise.all([
    folderNames(root),
    folderNames(join(root, 'mutants')),
    folderNames(join(root, 'solutions')),
  ]);
  return [
    ...(top.includes('broken') ? (['broken'] as const) : []),
    ...mutants.map((name) => `mutants/${name}` as const),
    ...solutions.map((name) => `solutions/${name}` as const),
  ];
}

/** Files of one overlay. Empty when there is no such overlay. */
export function readOverlay(repoRoot: string, scenario: string, variant: VariantName): Promise<Map<string, Buffer>> {
  return readTree(overlayDir(repoRoot, scenario, variant), () => true);
}

/**
 * The reference with one overlay laid on it. Where a scenario asks for something that the service does not have, its
 * folder `reference` adds that to the reference, and to nothing else.
 *
 * @throws UsageError `E_VARIANT_UNKNOWN`, `E_SCENARIO_NEEDED`.
 */
export async function readVariant(
  repoRoot: string,
  scenario: string | undefined,
  variant: VariantName,
): Promise<FileTree> {
  assertVariantName(variant);
  if (variant === 'reference') return await readReference(repoRoot, scenario);
  if (scenario === undefined) {
    throw new UsageError('E_SCENARIO_NEEDED', {
      message: `Variant "${variant}" belongs to a scenario, and none was named.`,
      hint: 'npx lab list',
    });
  }
  const [tree, overlay] = await Promise.all([readService(repoRoot), readOverlay(repoRoot, scenario, variant)]);
  if (overlay.size === 0) throw await unknownVariant(repoRoot, scenario, variant);
  for (const [path, content] of overlay) tree.set(path, content);
  return tree;
}

async function readReference(repoRoot: string, scenario: string | undefined): Promise<FileTree> {
  const tree = await readService(repoRoot);
  if (scenario === undefined) return tree;
  for (const [path, content] of await readOverlay(repoRoot, scenario, 'reference')) tree.set(path, content);
  return tree;
}

async function unknownVariant(repoRoot: string, scenario: string, variant: string): Promise<UsageError> {
  const known = await listVariants(repoRoot, scenario);
  return new UsageError('E_VARIANT_UNKNOWN', {
    message: `Scenario "${scenario}" has no variant "${variant}". It has: ${['reference', ...known].join(', ')}.`,
    hint: `npx lab list --json shows the scenarios; the variants are the folders below scenarios/${scenario}`,
  });
}
