import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SubmissionError } from '@lab/sdk';
import type { ExitInfo, Supervised } from '../../supervision/spawn-part.ts';
import { describeExit } from '../started-part.ts';
import { type BootError, parseBootError } from './boot-error.ts';

const TAIL_SHOWN = 15;

interface BootedCode {
  readonly name: string;
  readonly codeDir: string;
}

type Printed = Pick<Supervised, 'tail' | 'outputBytes'>;

/** E_BOOT_EXITED, with the place in the code where Node named one. */
export function hasExited(spec: BootedCode, child: Printed, exit: ExitInfo): SubmissionError {
  const printed = child.tail();
  const found = parseBootError(printed, [spec.codeDir, realpathSync(spec.codeDir)]);
  const location = found && locate(spec.codeDir, found);
  const cause = found ? `: ${found.message}` : '';
  return new SubmissionError('E_BOOT_EXITED', {
    stage: 'boot',
    message: `${spec.name} ${describeExit(exit)} before it was ready${cause}.${lastLines(printed)}`.replace(
      /\.\.(?=\n|$)/,
      '.',
    ),
    ...(location ? { location, hint: `look at ${location.file}:${location.line}` } : { hint: seeLog(spec) }),
  });
}

/** E_BOOT_TIMEOUT. */
export function wasNotReady(
  spec: BootedCode & { readonly readyUrlPath: string; readonly bootTimeoutMs: number },
  child: Printed,
): SubmissionError {
  const limit = `${spec.bootTimeoutMs} ms`;
  return new SubmissionError('E_BOOT_TIMEOUT', {
    stage: 'boot',
    message: `${spec.name} did not answer 200 on ${spec.readyUrlPath} of its internal port within ${limit}.${lastLines(child.tail())}`,
    hint: seeLog(spec),
  });
}

/** E_BOOT_OUTPUT. */
export function printedTooMuch(
  spec: BootedCode & { readonly outputLimitBytes: number },
  child: Printed,
): SubmissionError {
  const measured = `${child.outputBytes()} bytes, more than ${spec.outputLimitBytes},`;
  return new SubmissionError('E_BOOT_OUTPUT', {
    stage: 'boot',
    message: `${spec.name} printed ${measured} before it was ready.${lastLines(child.tail())}`,
    hint: seeLog(spec),
  });
}

function seeLog(spec: BootedCode): string {
  return `npx lab logs ${spec.name} shows what it printed`;
}

function lastLines(printed: readonly string[]): string {
  const lines = printed.slice(-TAIL_SHOWN).map((line) => line.slice(0, 300));
  return lines.length === 0 ? ' It printed nothing.' : `\n  ${lines.join('\n  ')}`;
}

/** Node names the file of an import that it cannot resolve, not the line: look for it. */
function locate(codeDir: string, { location }: BootError): { file: string; line: number } | null {
  if (!location) return null;
  if (location.line !== null) return { file: location.file, line: location.line };
  const { mentions } = location;
  try {
    const lines = readFileSync(path.join(codeDir, location.file), 'utf8').split('\n');
    const index = lines.findIndex((line) => mentions !== null && line.includes(mentions));
    return { file: location.file, line: Math.max(0, index) + 1 };
  } catch {
    return { file: location.file, line: 1 };
  }
}
