import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@lab/sdk';
import type { Context } from '../context.ts';
import { fillTemplate, overlaysOf, type Texts } from './fill-template.ts';
import type { ScenarioName } from './name-scenario.ts';
import { readTemplate } from './read-template.ts';

/** All that a new scenario consists of. */
export interface ScenarioDraft {
  /** By path in the scenario's folder, in the order of paths. */
  readonly files: Texts;
  /** The page of its lesson. */
  readonly lesson: string;
}

const lessonFile = 'lesson.md';

/**
 * The files of a new scenario, its overlays locked to the service as it is now. Writes nothing.
 *
 * @throws LabError `E_TEMPLATE_STALE` when the service lacks a file that the template changes.
 */
export async function draftScenario(context: Context, name: ScenarioName): Promise<ScenarioDraft> {
  const texts = fillTemplate(await readTemplate(), name);
  const lock = await lockOverlays(context, texts);
  const files = [...texts].filter(([path]) => path !== lessonFile);
  const locked = ['overlay.lock.json', `${JSON.stringify(lock, null, 2)}\n`] as const;
  return {
    files: new Map([...files, locked].sort(([one], [other]) => (one < other ? -1 : 1))),
    lesson: texts.get(lessonFile) ?? '',
  };
}

async function lockOverlays(context: Context, texts: Texts): Promise<Readonly<Record<string, unknown>>> {
  const { blobId, serviceDir } = await context.services.workspace();
  const idOf = async (path: string): Promise<string> => {
    const content = await readFile(join(serviceDir(context.repoRoot), path)).catch((cause: unknown) => {
      throw staleTemplate(path, cause);
    });
    return blobId(content);
  };
  const entries = await Promise.all(
    [...overlaysOf(texts)].map(async ([variant, paths]) => {
      const ids = await Promise.all(paths.map(async (path) => [path, await idOf(path)] as const));
      return [variant, Object.fromEntries(ids)] as const;
    }),
  );
  return Object.fromEntries(entries);
}

function staleTemplate(path: string, cause: unknown): LabError {
  return new LabError('E_TEMPLATE_STALE', {
    message: `The template of new scenarios changes lab/service/${path}, which could not be read.`,
    hint: 'restore the file with git; where the service has moved on, move the overlays in lab/cli/src/scenario-kit/template',
    cause,
  });
}
