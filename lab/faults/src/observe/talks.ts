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
  payment: httpGet('/healthz'),
};

export interface LongAnswer {
  readonly dependency: DependencyName;
  readonly bytes: number;
}

/** An exchange whose answer has so many bytes, through this address. */
export function observeLong(ground: FaultGround, via: Address, asked: LongAnswer & ObserveOptions): Promise<Observed> {
  const { dependency, bytes } = asked;
  switch (dependency) {
    case 'postgres':
      return observeQuery(via, { adminUrl: ground.adminUrl(), answerBytes: bytes }, asked);
    case 'payment':
      return observe(via, manyGets(bytes), asked);
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

/** What one answer of the payment provider has at least, with its headers. */
const healthAnswerBytes = 150;

/** The payment provider has no long answer, so it is asked often, on one connection. */
function manyGets(bytes: number): Talk {
  const { send } = httpGet('/healthz');
  return { send: Buffer.concat(Array(Math.ceil(bytes / healthAnswerBytes)).fill(send)), answerBytes: bytes };
}
