import { cp, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/** What a lab needs to run from a folder of its own, besides its packages. */
const entries = ['lab', 'grader', 'scenarios', 'package.json', 'tsconfig.base.json'];
const left = new Set(['node_modules', '.lab', '.git']);

/**
 * Makes a checkout of this lab as it is now: its code is copied, its packages are linked. Copied, because a program
 * takes the place of its own file for the lab's folder, so that links would lead back to the first checkout.
 */
export async function copyRepository(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const filter = (source: string): boolean => !left.has(basename(source));
  await Promise.all(entries.map((entry) => cp(join(from, entry), join(to, entry), { recursive: true, filter })));
  await linkPackages(from, to);
}

/** The lab's own packages lead to the copy, all others to where they are installed. */
async function linkPackages(from: string, to: string): Promise<void> {
  const [installed, linked] = [join(from, 'node_modules'), join(to, 'node_modules')];
  await mkdir(join(linked, '@lab'), { recursive: true });
  const packages = (await readdir(installed)).filter((name) => name !== '@lab');
  await Promise.all(packages.map((name) => symlink(join(installed, name), join(linked, name))));
  const root = await realpath(from);
  for (const name of await readdir(join(installed, '@lab'))) {
    const home = relative(root, await realpath(join(installed, '@lab', name)));
    await symlink(join(to, home), join(linked, '@lab', name));
  }
}
