import { LabError } from '@lab/sdk';
import * as z from 'zod';
import { defineFault } from '../fault.ts';
import { type Observed, observe } from '../observe/observe.ts';
import { rounded } from '../observe/slowness.ts';
import { loginAnswerBytes, redisTalk } from '../observe/talks.ts';
import { oneOf } from '../parameters.ts';
import { storeAvailability, storesOf, storeUrlOf, withStore } from './store.ts';

const id = 'redis-pause';
const limitMs = 400;
/** A pause that is longer than this when it should end is not waited for. */
const waitMs = 2_000;

export const redisPause = defineFault({
  id,
  title: 'Redis makes its clients wait',
  about:
    'CLIENT PAUSE: commands are taken and answered only when the pause is over. With commands=all Redis does not even take the command that would end it, so it lasts its time; with writes, reading goes on and it can be ended.',
  longestMs: 60_000,
  parameters: z.strictObject({ commands: oneOf('which commands wait', ['all', 'writes']) }),
  targets: storesOf,
  availability: storeAvailability,
  claims: (_ground, target) => [{ on: `process ${target}`, isAlone: true }],
  inject: async (ground, { target, parameters: { commands }, lastsMs }) => {
    const mode = commands === 'all' ? 'ALL' : 'WRITE';
    const endsAtMs = performance.now() + lastsMs;
    await withStore(ground, { target, fault: id }, (redis) => redis.call('CLIENT', 'PAUSE', String(lastsMs), mode));
    const undo = async (): Promise<void> => {
      const leftMs = endsAtMs - performance.now();
      if (commands === 'all' && leftMs > waitMs) throw endsByItself(target, leftMs);
      if (commands === 'writes') {
        await withStore(ground, { target, fault: id }, (redis) => redis.call('CLIENT', 'UNPAUSE'));
      }
    };
    return { undo, note: null };
  },
  effect: async (ground, { target, signal }) => {
    const url = storeUrlOf(ground, target);
    const { hostname, port } = new URL(url);
    // Gone before anybody could look for it, where it is written at all.
    const write = redisTalk(url, ['SET', 'lab:probe', '1', 'PX', '50'], 1);
    const observed = await observe({ host: hostname, port: Number(port) }, write, { limitMs, signal });
    return { seen: observed.outcome === 'silent', measured: describe(observed) };
  },
});

function describe({ outcome, answerMs, bytes }: Observed): string {
  if (answerMs !== null) return `a write was answered after ${rounded(answerMs)} ms`;
  if (outcome !== 'silent') return `the connection was ${outcome}`;
  const login = bytes >= loginAnswerBytes ? 'the login was answered, a write' : 'neither login nor write was answered';
  return `${login}${bytes >= loginAnswerBytes ? ' was not' : ''} within ${limitMs} ms`;
}

function endsByItself(target: string, leftMs: number): LabError {
  const seconds = Math.ceil(leftMs / 1_000);
  return new LabError('E_ENDS_BY_ITSELF', {
    message: `${target} takes no command while all are paused, not even the one that ends it: it is over in ${seconds} s`,
  });
}
