import { posix } from 'node:path';
import { isCode, isTestCode, type SourceFile } from './source-files.ts';

/** What files below a folder may import. The first rule whose folder fits decides. */
interface BoundaryRule {
  readonly within: RegExp;
  /** Bare names that may be imported; a trailing `*` stands for anything. */
  readonly mayImport?: readonly string[];
  /** `@lab/!sdk,world` stands for every package of the lab but these. */
  readonly mayNotImport?: readonly string[];
  /** Names of which only types may be imported. */
  readonly typesOnly?: readonly string[];
  readonly why: string;
  /** The rule holds for tests too. */
  readonly testsToo?: boolean;
}

const rules: readonly BoundaryRule[] = [
  {
    within: /^scenarios\/[^/]+\/(?:broken|(?:mutants|solutions)\/[^/]+)\//,
    mayNotImport: ['@lab/*'],
    why: 'an overlay is a part of the service, which knows nothing of the lab',
    testsToo: true,
  },
  { within: /^lab\/service\//, mayNotImport: ['@lab/*'], why: 'the service knows nothing of the lab', testsToo: true },
  {
    within: /^scenarios\/(?:[^/]+\/workload\.js$|shared\/k6\/)/,
    mayImport: ['k6', 'k6/*'],
    why: 'a workload runs in k6',
  },
  {
    within: /^scenarios\/index\.ts$/,
    mayImport: ['@lab/sdk', 'node:fs', 'node:path'],
    why: 'the register of scenarios reads folder names only',
  },
  {
    within: /^scenarios\//,
    mayImport: ['@lab/sdk', '@lab/checks'],
    why: 'a scenario declares, with the SDK and the checks only',
  },
  {
    within: /^lab\/simulators\//,
    mayImport: ['@lab/service/policies/*'],
    why: 'a simulator runs in a browser, by the pure policies of the service',
  },
  { within: /^grader\/checks\//, mayImport: ['@lab/sdk'], why: 'checks are pure' },
  { within: /^lab\/sdk\/src\//, mayImport: ['zod'], why: 'the SDK is types and schemas, without I/O' },
  { within: /^lab\/(?:runtime|workspace|world)\//, mayNotImport: ['@lab/!sdk'], why: 'it is built on the SDK alone' },
  { within: /^grader\/judge\//, mayNotImport: ['@lab/!sdk'], why: 'judging needs the SDK alone' },
  {
    within: /^lab\/runner\//,
    mayNotImport: ['@lab/!sdk,runtime,workspace,world'],
    why: 'the runner is given its scenario, and knows nobody above it',
  },
  {
    within: /^lab\/faults\//,
    mayNotImport: ['@lab/!sdk,world', 'node:child_process'],
    typesOnly: ['@lab/world'],
    why: 'a fault acts through the ground that it is given',
  },
  {
    within: /^lab\/facts\//,
    mayNotImport: ['@lab/!sdk,faults,judge,scenarios'],
    why: 'facts are read from declarations and source, for whoever tells them',
  },
];

const importing =
  /(?:^|[;\n])\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"](?<fixed>[^'"]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"]+)['"]/g;

/** Names that a module imports or re-exports, in any form. */
export function importsOf(text: string): string[] {
  const code = text.replaceAll(/^\s*\/?\*.*$/gm, '').replaceAll(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(importing)].map((match) => match.groups?.fixed ?? match.groups?.dynamic ?? '');
}

function fits(name: string, pattern: string): boolean {
  const excepted = /^@lab\/!(.+)$/.exec(pattern)?.[1]?.split(',');
  if (excepted !== undefined) return name.startsWith('@lab/') && !excepted.includes(name.slice('@lab/'.length));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Each import that crosses a boundary, as a sentence. */
export function boundaryViolations(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => isCode(file.path))
    .flatMap((file) => [
      ...importsOf(file.text).flatMap((name) =>
        name.startsWith('.') ? relativeViolation(file.path, name) : bareViolation(file.path, name),
      ),
      ...valueViolations(file),
      ...impureCalls(file),
    ]);
}

function bareViolation(path: string, name: string): string[] {
  const deep = /^@lab\/(?!service\/policies\/)[^/]+\/(?!schemas\/)/.test(name)
    ? [`${path} imports ${name}: packages are entered by their door.`]
    : [];
  const rule = rules.find((one) => one.within.test(path));
  if (rule === undefined || (isTestCode(path) && rule.testsToo !== true)) return deep;
  const isAllowed = rule.mayImport?.some((pattern) => fits(name, pattern)) ?? true;
  const isForbidden = rule.mayNotImport?.some((pattern) => fits(name, pattern)) ?? false;
  return [...deep, ...(isAllowed && !isForbidden ? [] : [`${path} imports ${name}: ${rule.why}.`])];
}

const valueImport = /(?:^|[;\n])\s*(?:import|export)\s+(?!type\b)[^'"`;]*?['"](?<name>[^'"]+)['"]/g;

function valueViolations({ path, text }: SourceFile): string[] {
  const rule = rules.find((one) => one.within.test(path));
  if (rule?.typesOnly === undefined || isTestCode(path)) return [];
  return [...text.matchAll(valueImport)]
    .map((match) => match.groups?.name ?? '')
    .filter((name) => rule.typesOnly?.includes(name))
    .map((name) => `${path} imports more than types from ${name}: ${rule.why}.`);
}

const packageFolder =
  /^(?:(?:lab|grader)\/[^/]+|scenarios\/[^/]+\/(?:broken|(?:mutants|solutions)\/[^/]+)|scenarios|site|lessons)\//;
// The rules look into every part; the bootstrap runs before packages are installed, and by bare paths.
const looksEverywhere = /^lab\/(?:tidy|bootstrap|ci)\//;
const bootstrap = /^lab\/bootstrap\//;

function relativeViolation(path: string, name: string): string[] {
  const home = packageFolder.exec(path)?.[0];
  if (home === undefined || looksEverywhere.test(path)) return [];
  const target = posix.normalize(posix.join(posix.dirname(path), name));
  if (target.startsWith(home) || (path.startsWith('lab/cli/bin/') && bootstrap.test(target))) return [];
  return [`${path} imports ${name}: relative imports stay inside ${home.slice(0, -1)}.`];
}

const impure = /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|fetch\(|setTimeout|await )/;

function impureCalls({ path, text }: SourceFile): string[] {
  if (!/^grader\/checks\/src\//.test(path) || isTestCode(path)) return [];
  const found = impure.exec(text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, ''));
  return found === null ? [] : [`${path} uses ${found[0].trim()}: checks are pure.`];
}
