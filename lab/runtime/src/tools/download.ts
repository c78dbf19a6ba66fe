import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { pipeline } from 'node:stream/promises';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Limit for reaching the server. Short: a machine without a way out should not wait. */
  readonly connectLimitMs?: number;
  onBytes?(bytes: number, ofBytes: number | undefined): void;
}

const CONNECT_LIMIT_MS = 3_000;
const ANSWER_LIMIT_MS = 20_000;
const WHOLE_LIMIT_MS = 10 * 60_000;
const REDIRECTS_MAX = 5;
const TEXT_BYTES_MAX = 1_000_000;

/** Downloads to a file; returns the SHA-256 of what was written. */
export async function downloadFile(url: string, file: string, options: DownloadOptions): Promise<string> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(WHOLE_LIMIT_MS)]);
  const response = await request(url, { ...options, signal });
  const length = Number(response.headers['content-length']) || undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
    options.onBytes?.(bytes, length);
  });
  await pipeline(response, createWriteStream(file), { signal });
  if (length !== undefined && bytes !== length) throw new Error(`${url} ended after ${bytes} of ${length} bytes`);
  return hash.digest('hex');
}

/** Downloads a short text. */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(WHOLE_LIMIT_MS)]);
  const response = await request(url, { ...options, signal });
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > TEXT_BYTES_MAX) throw new Error(`${url} is longer than ${TEXT_BYTES_MAX} bytes`);
  }
  return text;
}

async function request(url: string, options: DownloadOptions): Promise<IncomingMessage> {
  let target = url;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    const response = await requestOnce(target, options);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    response.destroy();
    const { location } = response.headers;
    if (status < 300 || status >= 400 || !location) throw new Error(`${new URL(target).host} answered ${status}`);
    const next = new URL(location, target);
    if (next.protocol === 'http:' && target.startsWith('https:')) throw new Error(`${target} leads away from https`);
    target = next.href;
  }
  throw new Error(`${url} redirects more than ${REDIRECTS_MAX} times`);
}

function requestOnce(url: string, options: DownloadOptions): Promise<IncomingMessage> {
  const { host, protocol } = new URL(url);
  const get = protocol === 'https:' ? httpsGet : httpGet;
  const connectLimitMs = options.connectLimitMs ?? CONNECT_LIMIT_MS;
  return new Promise((resolve, reject) => {
    const outgoing = get(url, { signal: options.signal, headers: { 'user-agent': 'brownout-lab' } }, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const giveUp = (what: string) => outgoing.destroy(new Error(`${host} ${what}`));
    let timer = setTimeout(() => giveUp(`could not be reached within ${connectLimitMs / 1000} s`), connectLimitMs);
    outgoing.once('socket', (socket) => {
      socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = setTimeout(() => giveUp(`did not answer within ${ANSWER_LIMIT_MS / 1000} s`), ANSWER_LIMIT_MS);
      });
    });
    outgoing.once('error', (error) => {
      clearTimeout(timer);
      reject(plainNetworkError(host, error));
    });
  });
}

function plainNetworkError(host: string, error: Error): Error {
  const code = 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    ENOTFOUND: 'its name cannot be resolved',
    EAI_AGAIN: 'its name cannot be resolved',
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was cut',
    ENETUNREACH: 'there is no network',
    EHOSTUNREACH: 'there is no way to it',
  };
  const reason = reasons[code];
  return reason ? new Error(`${host} could not be reached: ${reason}`, { cause: error }) : error;
}
