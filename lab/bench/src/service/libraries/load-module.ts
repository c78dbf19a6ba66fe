import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LabError } from '@lab/sdk';

type Module = Readonly<Record<string, unknown>>;

/** A module of ShelfWise, from the folder that its replicas would be booted from. */
export async function importService(codeDir: string, path: string): Promise<Module> {
  return (await import(pathToFileURL(join(codeDir, 'src', path)).href)) as Module;
}

/** A library that only the comparison needs. Throws `E_BENCH_LIBRARY` where it is not installed. */
export async function importLibrary(name: string): Promise<Module> {
  try {
    return (await import(name)) as Module;
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    throw new LabError('E_BENCH_LIBRARY', {
      message: `The library ${name} is not installed, so there is nothing to compare with.`,
      hint: `npm install --save-exact --workspace lab/bench ${name}`,
      cause,
    });
  }
}

/** An export that is there; a module that has changed must say so, and not fail somewhere else. */
export function exported<T>(module: Module, name: string): T {
  const value = module[name];
  if (typeof value === 'function') return value as T;
  throw new LabError('E_BENCH_EXPORT', { message: `There is no function ${name} any more: the bench must be told.` });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
