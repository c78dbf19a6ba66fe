import { listScenarioIds, listVariants, readOverlay, readService } from './variants.ts';

/** Small overlays on small files live longest; these bounds keep them so. A right fix of another kind needs more. */
export const overlayLimits = {
  wrong: { filesMax: 3, linesMax: 150 },
  solution: { filesMax: 12, linesMax: 900 },
} as const;

/** What is wrong with the sizes of the overlays, each a sentence for its author. */
export async function overlayProblems(repoRoot: string, scenarioIds?: readonly string[]): Promise<string[]> {
  const service = await readService(repoRoot);
  const ids = scenarioIds ?? (await listScenarioIds(repoRoot));
  const problems: string[] = [];
  for (const scenario of ids) {
    for (const variant of await listVariants(repoRoot, scenario)) {
      const overlay = await readOverlay(repoRoot, scenario, variant);
      problems.push(...problemsOf(`scenarios/${scenario}/${variant}`, overlay, service));
    }
  }
  return problems;
}

function problemsOf(
  name: string,
  overlay: ReadonlyMap<string, Buffer>,
  service: ReadonlyMap<string, Buffer>,
): string[] {
  const { filesMax, linesMax } = overlayLimits[/\/solutions\//.test(name) ? 'solution' : 'wrong'];
  const lines = [...overlay.values()].reduce((sum, content) => sum + lineCount(content), 0);
  const unchanged = [...overlay].filter(([path, content]) => service.get(path)?.equals(content) === true);
  return [
    ...(overlay.size === 0 ? [`${name} holds no file.`] : []),
    ...(overlay.size > filesMax ? [`${name} has ${overlay.size} files; the limit is ${filesMax}.`] : []),
    ...(lines > linesMax ? [`${name} has ${lines} lines in all; the limit is ${linesMax}.`] : []),
    ...unchanged.map(([path]) => `${name}/${path} is the same as the reference.`),
  ];
}

function lineCount(content: Buffer): number {
  const text = content.toString();
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
