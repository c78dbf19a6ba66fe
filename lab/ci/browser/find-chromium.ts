import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names a Chromium that is not on PATH, or another than the one there. */
export const CHROMIUM_VARIABLE = 'LAB_CHROMIUM_PATH';

const names = ['chromium', 'chromium-browser'];

/**
 * The program that the browser tests drive: the one that LAB_CHROMIUM_PATH names, else the first on PATH;
 * undefined where there is none. Throws where the variable names something that cannot be run.
 */
export function findChromium(env: Environment): string | undefined {
  const named = env[CHROMIUM_VARIABLE];
  if (named) {
    if (isProgram(named)) return named;
    const message = `${CHROMIUM_VARIABLE} is ${named}, which is no program that can be run.`;
    throw Object.assign(new Error(message), { hint: `unset ${CHROMIUM_VARIABLE}` });
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not for this user.
    return false;
  }
}
