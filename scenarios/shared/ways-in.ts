import type { ObjectStoreHandle, SignedForm, StoreAnswer } from '@lab/sdk';
import { isRecord } from './json.ts';

/**
 * How a file gets to the store, as the answer to its announcement says. ShelfWise's customers know these three, so each
 * is right: one form, one PUT with headers, or parts whose addresses are asked for by their numbers.
 */
export type WayIn =
  | { readonly kind: 'form'; readonly form: SignedForm }
  | { readonly kind: 'put'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: 'parts';
      readonly partBytes: number;
      readonly count: number;
      /** ShelfWise's answer to the question for all addresses, where it has been asked ahead. */
      readonly signed?: unknown;
    };

export interface Sending {
  readonly way: WayIn;
  readonly content: Uint8Array;
  /** What somebody changes who has the signed address or form, and not the secret. */
  readonly changes: { readonly key?: string; readonly contentType?: string };
  /** ShelfWise's answer to the question for the addresses of these parts. */
  readonly signParts: (numbers: readonly number[]) => Promise<unknown>;
}

/** What came of it. */
export interface Sent {
  /** Null when there was no answer, or nothing to send it by. */
  readonly status: number | null;
  readonly code: string | null;
  /** Where it was sent; null where that is not to be seen. */
  readonly key: string | null;
  readonly url: string | null;
}

export const notSent: Sent = { status: null, code: null, key: null, url: null };

export function wayIn(body: unknown): WayIn | null {
  if (!isRecord(body)) return null;
  const { form, put, parts } = body;
  if (isRecord(form) && typeof form['url'] === 'string') {
    const fields = textsIn(form['fields']);
    return fields === null ? null : { kind: 'form', form: { url: form['url'], fields } };
  }
  if (isRecord(put) && typeof put['url'] === 'string') {
    return { kind: 'put', url: put['url'], headers: textsIn(put['headers']) ?? {} };
  }
  if (isRecord(parts) && typeof parts['bytes'] === 'number' && typeof parts['count'] === 'number') {
    return { kind: 'parts', partBytes: parts['bytes'], count: parts['count'] };
  }
  return null;
}

function textsIn(value: unknown): Record<string, string> | null {
  if (!isRecord(value)) return null;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : null;
}

export async function sendBy(objects: ObjectStoreHandle, sending: Sending): Promise<Sent> {
  const { way } = sending;
  switch (way.kind) {
    case 'form':
      return await sendForm(objects, way.form, sending);
    case 'put':
      return await sendPut(objects, way, sending);
    case 'parts':
      return await sendParts(objects, way, sending);
  }
}

async function sendForm(objects: ObjectStoreHandle, form: SignedForm, { content, changes }: Sending): Promise<Sent> {
  const named = (name: string): string =>
    Object.keys(form.fields).find((field) => field.toLowerCase() === name.toLowerCase()) ?? name;
  const changed = {
    ...(changes.key === undefined ? {} : { [named('key')]: changes.key }),
    ...(changes.contentType === undefined ? {} : { [named('Content-Type')]: changes.contentType }),
  };
  const answer = await objects.submit(form, content, changed);
  return { ...said(answer), key: changes.key ?? form.fields[named('key')] ?? null, url: form.url };
}

/** A browser writes these by itself. */
const ofTheBrowser = new Set(['content-length', 'host']);

async function sendPut(
  objects: ObjectStoreHandle,
  { url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  { content, changes }: Sending,
): Promise<Sent> {
  const kept = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const sent = {
    ...Object.fromEntries(kept.filter(([name]) => !ofTheBrowser.has(name))),
    ...(changes.contentType === undefined ? {} : { 'content-type': changes.contentType }),
  };
  const target = changes.key === undefined ? url : withKey(url, changes.key);
  const answer = await objects.open(target, { method: 'PUT', headers: sent, content });
  return { ...said(answer), key: keyIn(target), url: target };
}

/** All parts, the first is number 1. */
export function numbersTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Each part as long as it should be, and the last one with all that is left. The first refusal counts. */
async function sendParts(
  objects: ObjectStoreHandle,
  { partBytes, count, signed: ahead }: WayIn & { readonly kind: 'parts' },
  sending: Sending,
): Promise<Sent> {
  const { content, changes } = sending;
  const signed = ahead ?? (await sending.signParts(numbersTo(count)));
  const parts = isRecord(signed) && Array.isArray(signed['parts']) ? signed['parts'].filter(isRecord) : [];
  let last = notSent;
  for (const part of parts) {
    const [number, url] = [Number(part['number']), String(part['url'])];
    const piece = content.slice((number - 1) * partBytes, number === count ? content.length : number * partBytes);
    const headers = changes.contentType === undefined ? {} : { 'content-type': changes.contentType };
    last = await sendPut(objects, { url, headers }, { ...sending, content: piece });
    if (!wasTaken(last)) return last;
  }
  return last;
}

function said({ status, code }: StoreAnswer): Pick<Sent, 'status' | 'code'> {
  return { status, code };
}

export function wasTaken({ status }: Sent): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** The key in an address that begins with its bucket; null for one that is none. */
export function keyIn(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const [, ...rest] = new URL(url).pathname.slice(1).split('/');
  return rest.length === 0 ? null : decodeURIComponent(rest.join('/'));
}

function withKey(url: string, key: string): string {
  if (!URL.canParse(url)) return url;
  const changed = new URL(url);
  const [bucket = ''] = changed.pathname.slice(1).split('/');
  changed.pathname = `/${bucket}/${key}`;
  return changed.href;
}

/** The key under which a file comes in, where its way says so. */
export function keyOf(way: WayIn | null): string | null {
  if (way?.kind === 'put') return keyIn(way.url);
  if (way?.kind !== 'form') return null;
  const name = Object.keys(way.form.fields).find((field) => field.toLowerCase() === 'key');
  return name === undefined ? null : (way.form.fields[name] ?? null);
}
