import type { Address } from '../ground.ts';
import { type Observed, type ObserveOptions, observe } from '../observe/observe.ts';
import { rounded, unanswered } from '../observe/slowness.ts';

/** No order has this reference: what the checks charge, one cent each, is told from all else by it. */
const body = JSON.stringify({ reference: 'lab-fault-check', amountCents: 1, currency: 'EUR' });

const request = [
  'POST /charges HTTP/1.1',
  'Host: lab',
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(body)}`,
  'Connection: close',
  '',
  body,
].join('\r\n');

export interface Probed extends Observed {
  /** Null without an answer. */
  readonly status: number | null;
}

/** Charges one cent, as a caller would. */
export async function probeCharge(door: Address, options: ObserveOptions): Promise<Probed> {
  const talk = { send: Buffer.from(request), answerBytes: 'HTTP/1.1 200'.length };
  const observed = await observe(door, talk, options);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(observed.head)?.[1];
  return { ...observed, status: status === undefined ? null : Number(status) };
}

export function describeProbe(probed: Probed, limitMs: number): string {
  if (probed.answerMs === null) return `a charge: ${unanswered(probed, limitMs)}`;
  return `a charge was answered ${probed.status} after ${rounded(probed.answerMs)} ms`;
}
