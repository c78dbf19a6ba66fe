import type { DependencyName } from '@lab/sdk';
import type { Address, FaultGround } from '../ground.ts';
import { type Observed, type ObserveOptions, observe, type Talk } from './observe.ts';
import { observeQuery } from './observe-query.ts';

/** A GET without a body. */
export function httpGet(path: string): Talk {
  return { send: Buffer.from(`GET ${path} HTTP/1.1\r\nHost: lab\r\n\r\n`), answerBytes: 1 };
}

/** PostgreSQL's SSLRequest: it answers with one letter, whoever asks. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** Redis answers this even to whoever has not logged in: with a refusal. */
const ping: Talk = { send: Buffer.from('PING\r\n'), answerBytes: 1 };

/** The shortest exchange with each dependency, without logging in. */
export const hello: Readonly<Record<DependencyName, Talk>> = {
  postgres: { send: sslRequest, answerBytes: 1 },
  'redis-cache': ping,
  'redis-queue': ping,
  'redis-limits': ping,
  // Refused without a signature, which is an answer.
  s3: httpGet('/'),
  payment: httpGet('/healthz'),
  scanner: { send: Buffer.from('zPING\0'), answerBytes: 1 },
};

/** Can it be made to say a lot? A scanner has one short word for each connection. */
export function isTalkative(dependency: DependencyName): boolean {
  return dependency !== 'scanner';
}

export interface LongAnswer {
  readonly dependency: DependencyName;
  readonly bytes: number;
}

/** An exchange whose answer has so many bytes, through this address, with one that is talkative. */
export function observeLong(ground: FaultGround, via: Address, asked: LongAnswer & ObserveOptions): Promise<Observed> {
  const { dependency, bytes } = asked;
  switch (dependency) {
    case 'postgres':
      return observeQuery(via, { adminUrl: ground.adminUrl(), answerBytes: bytes }, asked);
    case 'payment':
      return observe(via, manyGets('/healthz', bytes), asked);
    case 's3':
      return observe(via, manyGets('/', bytes), asked);
    case 'scanner':
      throw new RangeError(`${dependency} has no answer of ${bytes} bytes.`);
    default:
      return observe(via, echo(ground.storeUrl(dependency) ?? '', bytes), asked);
  }
}

/** One command to a Redis, after logging in. */
export function redisTalk(url: string, command: readonly string[], answerBytes: number): Talk {
  const login = ['AUTH', decodeURIComponent(new URL(url).password)];
  return { send: Buffer.from(resp(login) + resp(command)), answerBytes: loginAnswerBytes + answerBytes };
}

/** `+OK`, and the end of the line. */
export const loginAnswerBytes = 5;

function echo(url: string, bytes: number): Talk {
  return redisTalk(url, ['ECHO', 'x'.repeat(bytes)], bytes);
}

function resp(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** What one answer of the payment provider, or a refusal of the object store, has at least, with its headers. */
const shortAnswerBytes = 150;

/** Who has no long answer is asked often, on one connection. */
function manyGets(path: string, bytes: number): Talk {
  const { send } = httpGet(path);
  return { send: Buffer.concat(Array(Math.ceil(bytes / shortAnswerBytes)).fill(send)), answerBytes: bytes };
}
