// `node lab/bootstrap/complete-lock.mjs [--check]`: run after every `npm install` that changes package-lock.json.
//
// npm leaves optional packages of other platforms out of the lock file when it cannot or need not fetch them
// (npm/cli issue 4828); `npm ci` then refuses the lock file, or leaves a platform without its binaries. Their
// parents name them with an exact version, so the entries can be written without asking the registry.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const OS_NAMES = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32'];
const CPU_NAMES = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/**
 * The lock file's content with an entry for every optional package that a locked package names.
 * @param {{ packages: Record<string, Record<string, any>> }} lock
 * @returns {{ lock: object, added: readonly string[] }}
 */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  const added = [];
  for (const [parent, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(packages, parent, name)) continue;
      const key = `node_modules/${name}`;
      packages[key] = missingEntry(name, version, entry);
      added.push(`${name}@${version}`);
    }
  }
  const [root, ...others] = Object.entries(packages);
  const sorted = others.sort(([left], [right]) => left.localeCompare(right, 'en'));
  return { lock: { ...lock, packages: Object.fromEntries([root, ...sorted]) }, added };
}

/** A package is found in the node_modules of its parent, or of any folder above. */
function isLocked(packages, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

function missingEntry(name, version, parent) {
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}@${version} is not an exact version: lock it with npm`);
  const words = name.split('/').pop().split(/[-.]/);
  const os = OS_NAMES.filter((known) => words.includes(known) || (known === 'win32' && words.includes('windows')));
  const cpu = CPU_NAMES.filter((known) => words.includes(known));
  // Without a platform the entry would be installed everywhere.
  if (os.length === 0 && cpu.length === 0) throw new Error(`the name of ${name} does not tell its platform`);
  const isMusl = words.some((word) => word.startsWith('musl'));
  const isGnu = words.some((word) => word.startsWith('gnu'));
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(parent.dev ? { dev: true } : {}),
    ...(isMusl ? { libc: ['musl'] } : isGnu ? { libc: ['glibc'] } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.resolve(process.argv.slice(2).find((word) => !word.startsWith('-')) ?? 'package-lock.json');
  const { lock, added } = completeLock(JSON.parse(readFileSync(file, 'utf8')));
  const isCheck = process.argv.includes('--check');
  if (!isCheck && added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stderr.write(
    `${added.length} optional packages ${isCheck ? 'are missing' : 'were added'}: ${added.join(', ')}\n`,
  );
  if (isCheck && added.length > 0) process.exitCode = 1;
}
