import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { LabError } from '@lab/sdk';
import { affectedFiles } from './affected-files.ts';
import { syncTree } from './file-tree.ts';
import { serviceDir, variantsDir } from './paths.ts';
import { listVariants, readService, readVariant } from './variants.ts';

export interface TypecheckOptions {
  readonly repoRoot: string;
  readonly scenarioIds: readonly string[];
  readonly signal?: AbortSignal;
}

export interface VariantDiagnostics {
  readonly scenario: string;
  readonly variant: string;
  /** As `src/books/read-book.ts:12:5 TS2322 Type …`; empty when the variant compiles. */
  readonly diagnostics: readonly string[];
}

const timeoutMs = 180_000;
const typesFolder = '.types';

/**
 * Compiles every variant. One program per scenario holds all of its variants, because each program loads
 * the same libraries again. Of a variant it holds what differs from the reference, and what imports that;
 * the rest is the reference itself, once for all variants. The price:
 * the service cannot use `declare global`, which would meet itself in the other variants.
 *
 * @throws LabError `E_TYPECHECK` when the compiler itself fails.
 */
export async function typecheckVariants(options: TypecheckOptions): Promise<VariantDiagnostics[]> {
  const results: VariantDiagnostics[] = [];
  for (const scenario of options.scenarioIds) {
    const variants = await layOutScenario(options.repoRoot, scenario);
    const found = parseDiagnostics(await runCompiler(options, scenario));
    results.push(...variants.map((variant) => ({ scenario, variant, diagnostics: found.get(variant) ?? [] })));
  }
  return results;
}

async function layOutScenario(repoRoot: string, scenario: string): Promise<string[]> {
  const variants = await listVariants(repoRoot, scenario);
  const target = variantsDir(repoRoot, scenario);
  const reference = await readService(repoRoot);
  const files = new Map<string, Buffer>();
  for (const variant of variants) {
    const shared = relative(join(target, variant), serviceDir(repoRoot));
    const own = affectedFiles(reference, await readVariant(repoRoot, scenario, variant), shared);
    for (const [path, content] of own) {
      // Learners get the tests with the broken variant, so there they must compile; a mutant only runs.
      if (variant === 'broken' || !path.endsWith('.test.ts')) files.set(`${variant}/${path}`, content);
    }
  }
  files.set('tsconfig.json', scenarioTsconfig(repoRoot, target, [...files.keys()]));
  await syncTree(target, files, (path) => path.startsWith(`${typesFolder}/`));
  return variants;
}

function scenarioTsconfig(repoRoot: string, target: string, roots: readonly string[]): Buffer {
  const config = {
    extends: `${relative(target, serviceDir(repoRoot))}/tsconfig.json`,
    compilerOptions: {
      composite: false,
      declaration: false,
      emitDeclarationOnly: false,
      noEmit: true,
      incremental: true,
      rootDir: relative(target, repoRoot),
      tsBuildInfoFile: `${typesFolder}/variants.tsbuildinfo`,
    },
    files: roots.toSorted(),
    include: [],
  };
  return Buffer.from(`${JSON.stringify(config, null, 2)}\n`);
}

function runCompiler(options: TypecheckOptions, scenario: string): Promise<string> {
  const compiler = join(options.repoRoot, 'node_modules', '.bin', 'tsc');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], {
    cwd: variantsDir(options.repoRoot, scenario),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  child.on('error', reject);
  child.on('close', (exitCode) => {
    const text = Buffer.concat(output).toString();
    // 1 and 2: there were diagnostics. One that is about no variant is about the set-up.
    const isAnswer = exitCode === 0 || ((exitCode === 1 || exitCode === 2) && parseDiagnostics(text).size > 0);
    if (isAnswer && !hasStrayDiagnostic(text)) resolve(text);
    else reject(compilerFailed(exitCode, text));
  });
  return promise;
}

function compilerFailed(exitCode: number | null, output: string): LabError {
  return new LabError('E_TYPECHECK', {
    message: `The compiler could not check the variants (exit ${exitCode ?? 'by signal'}): ${output.trim().slice(0, 2000)}`,
    hint: 'npm ci, then run the command again',
  });
}

const diagnosticLine = /^(?<where>[^\s(][^(]*)\((?<line>\d+),(?<column>\d+)\): error (?<code>TS\d+): (?<message>.*)$/;
const variantPath = /^(?<variant>broken|(?:mutants|solutions)\/[a-z0-9-]+)\/(?<file>.+)$/;

function hasStrayDiagnostic(output: string): boolean {
  const reported = output.split('\n').filter((line) => /(?:^|: )error TS\d+: /.test(line) && !line.startsWith(' '));
  return reported.some((line) => !variantPath.test(diagnosticLine.exec(line)?.groups?.where ?? ''));
}

/** By variant. Lines that continue a message are left out. */
export function parseDiagnostics(output: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const text of output.split('\n')) {
    const parts = diagnosticLine.exec(text)?.groups;
    const place = variantPath.exec(parts?.where ?? '')?.groups;
    if (parts === undefined || place === undefined) continue;
    const key = place.variant ?? '';
    const line = `${place.file}:${parts.line}:${parts.column} ${parts.code} ${parts.message}`;
    found.set(key, [...(found.get(key) ?? []), line]);
  }
  return found;
}
