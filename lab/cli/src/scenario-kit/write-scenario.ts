import { renameSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '@lab/sdk';
import type { ScenarioDraft } from './draft-scenario.ts';

interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * Writes a scenario and its lesson, both or neither: beside their places first, then moved there.
 *
 * @throws EnvironmentError `E_SCENARIO_UNWRITTEN`; then nothing is left.
 */
export async function writeScenario(repoRoot: string, id: string, draft: ScenarioDraft): Promise<void> {
  let scratch: string | null = null;
  try {
    scratch = await mkdtemp(join(repoRoot, 'scenarios', '.new-'));
    // One level down, so that nobody who lists the scenarios meanwhile finds a declaration in the folder.
    const [scenario, lesson] = [join(scratch, 'scenario'), join(scratch, 'lesson')];
    for (const [path, text] of draft.files) await writeBelow(scenario, path, text);
    await writeBelow(lesson, 'index.md', draft.lesson);
    moveAll([
      { from: lesson, to: join(repoRoot, 'lessons', id) },
      { from: scenario, to: join(repoRoot, 'scenarios', id) },
    ]);
  } catch (cause) {
    throw new EnvironmentError('E_SCENARIO_UNWRITTEN', {
      message: `scenarios/${id} could not be written (${cause instanceof Error ? cause.message : String(cause)}). Nothing of it was left.`,
      hint: 'npx lab doctor',
      cause,
    });
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}

async function writeBelow(folder: string, path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Without waiting in between, so that no Ctrl-C falls between the moves. */
function moveAll(moves: readonly Move[]): void {
  const moved: string[] = [];
  try {
    for (const { from, to } of moves) {
      renameSync(from, to);
      moved.push(to);
    }
  } catch (error) {
    for (const to of moved) rmSync(to, { recursive: true, force: true });
    throw error;
  }
}
