import { isCode, isTestCode, type SourceFile } from './source-files.ts';

const linesMax = 400;
const kebab = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const migration = /^\d{4}_[a-z0-9]+(?:_[a-z0-9]+)*(?:(?:\.keep)?\.down)?\.sql$/;
const wellKnown = new Set([
  'README.md',
  'ARCHITECTURE.md',
  'BEHAVIOURS.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'Dockerfile',
  'AGENTS.md',
  'SECURITY.md',
]);

/** Files and folders whose names are not kebab-case. */
export function nameProblems(files: readonly SourceFile[]): string[] {
  const paths = files.map((file) => file.path);
  return paths.filter((path) => {
    const segments = path.split('/');
    return !segments.every((name) => kebab.test(name) || wellKnown.has(name) || migration.test(name));
  });
}

/** Code files that are too long to read in one go. */
export function sizeProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1;
    return isCode(path) && lines > linesMax ? [`${path} has ${lines} lines; the limit is ${linesMax}.`] : [];
  });
}

/** Places that may read the environment, each with its reason. All else is passed in. */
const mayReadEnvironment: readonly RegExp[] = [
  // Programs: they read it once, check it, and hand typed values down.
  /(?:^|\/)bin\//,
  /^lab\/bootstrap(?:\.mjs$|\/)/,
  /^lab\/ci\//,
  /^vitest\.config\.ts$/,
  // A child process gets this one's environment, changed; nothing is configured by it.
  /^lab\/workspace\/src\/run-git\.ts$/,
  // Runs in k6, where __ENV is the only way in.
  /^scenarios\/[^/]+\/workload\.js$/,
];

/** Code that reads the environment where it should be given a value. */
export function environmentProblems(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => isCode(path) && !isTestCode(path) && !path.startsWith('lab/tidy/'))
    .filter(
      ({ path, text }) =>
        withoutComments(text).includes('process.env') && !mayReadEnvironment.some((place) => place.test(path)),
    )
    .map(({ path }) => `${path} reads process.env.`);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?:^|\s)\/\/.*$/gm, '');
}

const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
type Dependencies = Readonly<Record<string, unknown>>;

/** Dependencies that are not pinned to one version. */
export function versionProblems(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith('package.json'))
    .flatMap(({ path, text }) => {
      const manifest = JSON.parse(text) as Readonly<Record<string, Dependencies | undefined>>;
      const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
      const entries = sections.flatMap((section) => Object.entries(manifest[section] ?? {}));
      return entries
        .filter(([name, version]) => !isPinned(name, String(version)))
        .map(([name, version]) => `${path}: ${name} is "${String(version)}".`);
    });
}

function isPinned(name: string, version: string): boolean {
  if (name.startsWith('@lab/')) return version === '*';
  return exact.test(version.replace(/^npm:(?:@[^/]+\/)?[^@]+@/, ''));
}

interface ForbiddenText {
  readonly pattern: RegExp;
  readonly why: string;
  readonly except: (path: string) => boolean;
}

const never = () => false;
const forbidden: readonly ForbiddenText[] = [
  {
    pattern: /(?<![\w.~}-])\/(?:work|home\/[a-z]+|Users\/[a-z]+|root)\//i,
    why: "a path of one developer's machine",
    except: isTestCode,
  },
  {
    pattern: /(?<![\w.~}-])\/tmp\//,
    why: 'a fixed temporary path; ask os.tmpdir()',
    // A container image has a file system of its own.
    except: (path) => isTestCode(path) || path.endsWith('Dockerfile'),
  },
  { pattern: /\bdebugger;|\.only\(/, why: 'left over from debugging', except: never },
  { pattern: /<<<<<<< |>>>>>>> /, why: 'a merge conflict', except: (path) => isTestCode(path) },
  { pattern: /\bTODO\b(?!.*#\d)/, why: 'a TODO carries an issue number', except: never },
  {
    // Without `npm link`, `lab` is not on the PATH.
    pattern: /\bhint: .*(?<!npx )\blab (?:list|start|status|grade|reset|stop|logs|doctor|verify|scenario|run|--help)\b/,
    why: 'a hint names a command as it is typed, with npx',
    except: isTestCode,
  },
];

/** Texts that have no place in the repository, with the line. */
export function forbiddenTexts(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith('lab/tidy/') && path !== 'package-lock.json')
    .flatMap(({ path, text }) =>
      forbidden
        .filter((rule) => !rule.except(path))
        .flatMap((rule) => linesMatching(text, rule.pattern).map((line) => `${path}:${line}: ${rule.why}.`)),
    );
}

function linesMatching(text: string, pattern: RegExp): number[] {
  if (!pattern.test(text)) return [];
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
}

const belittling = /\b(?:just|simply|obviously|of course|trivial(?:ly)?|easy|easily)\b/i;

/** Words that tell a learner who is stuck that they should not be. In pages and in scenarios' own texts. */
export function toneProblems(files: readonly SourceFile[]): string[] {
  const isText = (path: string) =>
    /\.mdx?$/.test(path) || /^scenarios\/[^/]+\/(?:hints|scenario|checks|story)\.ts$/.test(path);
  return files
    .filter(({ path }) => isText(path))
    .flatMap(({ path, text }) =>
      linesMatching(withoutCode(path, text), belittling).map(
        (line) => `${path}:${line}: "${belittling.exec(text.split('\n')[line - 1] ?? '')?.[0] ?? ''}".`,
      ),
    );
}

/** Only what a learner reads: comments are for authors, fenced blocks are code. */
function withoutCode(path: string, text: string): string {
  const blank = (found: string) => found.replaceAll(/[^\n]/g, ' ');
  return path.endsWith('.ts')
    ? text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, blank)
    : text.replaceAll(/```[\s\S]*?```/g, blank);
}
