import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DescribedError, describeError, exitCode } from './exit-codes.ts';
import type { Output } from './output/output.ts';
import { withoutControls } from './output/paint.ts';

/** Says what happened, why, and what to run. Resolves to the exit code. */
export async function reportError(
  error: unknown,
  options: { output: Output; labDir: string; verbose: boolean },
): Promise<number> {
  const { output, verbose } = options;
  const described = describeError(error);
  const saved = described.exitCode === exitCode.internal ? await saveError(error, options.labDir) : null;
  if (output.json) output.result({ schema: 'lab.error/1', error: documentOf(described) }, () => []);
  for (const line of errorLines(described, { output, saved })) output.warn(line);
  if (verbose && error instanceof Error && error.stack !== undefined)
    output.warn(output.paintProgress.dim(error.stack));
  return described.exitCode;
}

function documentOf(described: DescribedError): Record<string, unknown> {
  const { code, message, hint, location } = described;
  return { code, message, hint: hint ?? null, location: location ?? null, exitCode: described.exitCode };
}

function errorLines(described: DescribedError, options: { output: Output; saved: string | null }): string[] {
  const { paintProgress: paint } = options.output;
  const place = described.location === undefined ? '' : `${described.location.file}:${described.location.line}: `;
  const message = withoutControls(`${place}${described.message}`);
  if (options.saved !== null) {
    return [
      `${paint.red('✗')} The lab has a bug: ${message}`,
      `  The details are in ${options.saved}; npx lab doctor checks this machine.`,
    ];
  }
  const lines = [`${paint.red('✗')} ${message} ${paint.dim(`(${described.code})`)}`];
  if (described.hint !== undefined) lines.push(`  ${described.hint.endsWith('?') ? '' : 'Try: '}${described.hint}`);
  return lines;
}

async function saveError(error: unknown, labDir: string): Promise<string> {
  const file = join(labDir, 'last-error.log');
  const text = error instanceof Error ? `${error.stack ?? error.message}\n${causes(error)}` : String(error);
  try {
    await mkdir(labDir, { recursive: true });
    await writeFile(file, `${new Date().toISOString()}\n${text}\n`);
    return file;
  } catch (failure) {
    // The first error matters more than the one of writing it down.
    return `nowhere (${String(failure)}); run again with --verbose`;
  }
}

function causes(error: Error): string {
  return error.cause instanceof Error
    ? `Caused by: ${error.cause.stack ?? error.cause.message}\n${causes(error.cause)}`
    : '';
}
