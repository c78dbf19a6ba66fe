import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { alignColumns } from '../output/columns.ts';
import { textOption } from '../read-options.ts';
import { draftScenario } from '../scenario-kit/draft-scenario.ts';
import { nameScenario } from '../scenario-kit/name-scenario.ts';
import { writeScenario } from '../scenario-kit/write-scenario.ts';

/** `lab scenario new`: a small scenario that works, for its author to change piece by piece. */
export async function newScenario(context: Context, input: CommandInput): Promise<number> {
  const { output, repoRoot } = context;
  const [scenarios, lessons] = await Promise.all([namesIn(repoRoot, 'scenarios'), namesIn(repoRoot, 'lessons')]);
  const given = input.args[1];
  const name = nameScenario({
    id: typeof given === 'string' ? given : undefined,
    family: textOption(input, 'family'),
    title: textOption(input, 'title'),
    taken: { scenarios, lessons },
  });
  const draft = await draftScenario(context, name);
  context.signal.throwIfAborted();
  await writeScenario(repoRoot, name.id, draft);
  const folder = `scenarios/${name.id}`;
  const lesson = `lessons/${name.id}/index.md`;
  const next = ['scenario check', 'verify', 'start'].map((command) => `npx lab ${command} ${name.id}`);
  const files = [...draft.files.keys()].map((path) => `${folder}/${path}`);
  const { id: scenario, family, title } = name;
  const document = { schema: 'lab.scenario-new/1', scenario, family, title, folder, lesson, files, next };
  output.result(document, () => [
    `${folder} is there, with ${files.length} files, and its lesson in ${lesson}.`,
    'Next:',
    ...alignColumns(next.map((command, index) => [`  ${command}`, output.paint.dim(purposes[index] ?? '')])),
  ]);
  return exitCode.done;
}

const purposes = ['what is left to do', 'proves what is there', 'how a learner meets it'];

/** None where the folder is missing or closed: writing there says so. */
async function namesIn(repoRoot: string, folder: string): Promise<readonly string[]> {
  return await readdir(join(repoRoot, folder)).catch(() => []);
}
