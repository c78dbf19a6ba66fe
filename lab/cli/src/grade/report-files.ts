import { constants } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EnvironmentError, type Report, UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { experimentTitles, recordedEvidence } from '../recorded-run.ts';
import { suggest } from '../suggest.ts';
import { reportText } from './print-report.ts';
import { writeWhole } from './write-whole.ts';

const forms = ['junit', 'ctrf', 'html', 'json'] as const;

type ReportForm = (typeof forms)[number];

export interface ReportFile {
  readonly form: ReportForm;
  /** In full. */
  readonly file: string;
}

export interface WantedReports {
  /** `--report json`: on stdout, in place of the text for people. */
  readonly toStdout: boolean;
  readonly files: readonly ReportFile[];
}

/** A report, and the folder that has the evidence for it. */
export interface ReportedRun {
  readonly runDir: string;
  readonly report: Report;
}

/**
 * What `--report` asks for. Every file is looked at before anything is measured: half a minute is a
 * long way to a typing slip. Folders are made. Throws `UsageError`.
 */
export async function wantedReports(context: Context, input: CommandInput): Promise<WantedReports> {
  const given = input.options['report'];
  const texts = Array.isArray(given) ? given.map(String) : [];
  const named = texts.filter((text) => text !== 'json').map((text) => parseReport(text));
  const files: ReportFile[] = [];
  for (const { form, file } of named) {
    const path = await writablePath(form, resolve(context.io.cwd, file));
    if (files.some((other) => other.file === path)) throw optionError(`Two reports cannot go into one file: ${path}.`);
    files.push({ form, file: path });
  }
  return { toStdout: texts.includes('json'), files };
}

function parseReport(text: string): ReportFile {
  const [name = '', ...rest] = text.split('=');
  const form = forms.find((known) => known === name);
  if (form === undefined) {
    const meant = suggest(name, forms);
    throw new UsageError('E_OPTION', {
      message: `There is no report form "${name}": there are ${forms.join(', ')}.`,
      ...(meant === null ? {} : { hint: `Did you mean --report ${meant}=<file>?` }),
    });
  }
  const file = rest.join('=');
  if (file === '') throw optionError(`--report ${form} needs a file, as --report ${form}=report.${extensions[form]}.`);
  return { form, file };
}

const extensions: Readonly<Record<ReportForm, string>> = { junit: 'xml', ctrf: 'json', html: 'html', json: 'json' };

/** A link is followed; a device or a pipe is refused, for the file is put in place by renaming. */
async function writablePath(form: ReportForm, path: string): Promise<string> {
  try {
    const present = await stat(path).catch(() => null);
    if (present !== null && !present.isFile()) throw new Error('it is there, and is no file');
    const target = present === null ? path : await realpath(path);
    await mkdir(dirname(target), { recursive: true });
    await access(dirname(target), constants.W_OK);
    if (present !== null) await access(target, constants.W_OK);
    return target;
  } catch (cause) {
    throw optionError(`--report ${form}=${path} cannot be written: ${reasonOf(cause)}.`, cause);
  }
}

function optionError(message: string, cause?: unknown): UsageError {
  return new UsageError('E_OPTION', { message, cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Writes every report that was asked for. @throws EnvironmentError `E_REPORT_NOT_WRITTEN`. */
export async function writeReports(context: Context, files: readonly ReportFile[], run: ReportedRun): Promise<void> {
  for (const { form, file } of files) {
    const text = await rendered(context, form, run);
    try {
      writeWhole(file, text);
    } catch (cause) {
      throw new EnvironmentError('E_REPORT_NOT_WRITTEN', {
        message: `The ${form} report could not be written to ${file}: ${reasonOf(cause)}. The run is recorded.`,
        hint: `npx lab run export ${run.report.lab.run} --report ${form}=<file>`,
        cause,
      });
    }
    context.output.say(`Wrote the ${form} report to ${file}`);
  }
}

async function rendered(context: Context, form: ReportForm, run: ReportedRun): Promise<string> {
  const { renderCtrf, renderJunit } = await context.services.judge();
  switch (form) {
    case 'junit':
      return renderJunit(run.report);
    case 'ctrf':
      return renderCtrf(run.report);
    case 'html':
      return await renderedPage(context, run);
    case 'json':
      return reportText(run.report);
  }
}

/** The run's page, with the titles of its experiments. */
export async function renderedPage(context: Context, { runDir, report }: ReportedRun): Promise<string> {
  const { renderHtml } = await context.services.judge();
  const evidence = await recordedEvidence(context, runDir);
  return renderHtml(report, evidence, { titles: await experimentTitles(context, report.scenario) });
}
