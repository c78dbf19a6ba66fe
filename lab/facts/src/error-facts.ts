import type { LabErrorFacts, ProblemFacts } from './lab-facts.ts';
import type { TextFile } from './text-files.ts';

const entry = /^\s{2}(?<code>[A-Z_]+): \[(?<status>\d{3}), '(?<title>[^']+)'\],$/gm;

/** The service's own error codes, from its catalogue. */
export function problemFacts(catalogue: string): ProblemFacts[] {
  return [...catalogue.matchAll(entry)].map((match) => ({
    code: match.groups?.['code'] ?? '',
    page: pageOf(match.groups?.['code'] ?? ''),
    status: Number(match.groups?.['status']),
    title: match.groups?.['title'] ?? '',
  }));
}

/** What the errors of a family have in common. */
const families: Readonly<Record<LabErrorFacts['family'], string>> = {
  UsageError: 'Exit 64: the command asked for something that does not exist or does not fit.',
  EnvironmentError: 'Exit 69: this machine cannot run what was asked for.',
  LabError: 'Exit 2: the lab could not judge. It is never counted against you.',
  SubmissionError: 'Exit 1: your code could not be unpacked, built or booted.',
};

const thrown = /new (?<family>UsageError|EnvironmentError|LabError|SubmissionError)\(\s*'(?<code>E_[A-Z0-9_]+)'/g;
const message = /\bmessage:\s*(?:`(?<template>[^`]*)`|'(?<single>[^']*)'|"(?<double>[^"]*)")/;
/** Where the message begins, if it is written there at all. */
const reach = 600;

/** The lab's own error codes, in the order of the codes, each with the messages that it comes with. */
export function labErrorFacts(files: readonly TextFile[]): LabErrorFacts[] {
  const found = new Map<string, LabErrorFacts>();
  for (const { path, text } of files) {
    for (const match of text.matchAll(thrown)) {
      const code = match.groups?.['code'] ?? '';
      const family = match.groups?.['family'] as LabErrorFacts['family'];
      const known = found.get(code);
      const said = messageAfter(text, match.index + match[0].length);
      const messages = [...new Set([...(known?.messages ?? []), ...said])];
      const about = families[family];
      found.set(code, { code, page: pageOf(code), family, about, messages, file: known?.file ?? path });
    }
  }
  return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function pageOf(code: string): string {
  return `/reference/errors/#${code}`;
}

function messageAfter(text: string, from: number): string[] {
  const following = text.slice(from, from + reach);
  const end = following.search(/new (?:Usage|Environment|Lab|Submission)Error\(/);
  const groups = message.exec(end === -1 ? following : following.slice(0, end))?.groups;
  const found = groups?.['template'] ?? groups?.['single'] ?? groups?.['double'];
  return found === undefined ? [] : [found.replaceAll(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '…')];
}
