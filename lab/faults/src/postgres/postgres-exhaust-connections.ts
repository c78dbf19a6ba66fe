import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '@lab/sdk';
import type { Client } from 'pg';
import * as z from 'zod';
import { defineFault } from '../fault.ts';
import { once } from '../once.ts';
import { wholeNumber } from '../parameters.ts';
import { end, endIdleAfter, endSessions, errorCodeOf, openSession } from './lab-session.ts';
import { postgresClaims } from './postgres-claims.ts';
import { ordinaryLogin } from './probe-login.ts';

const id = 'postgres-exhaust-connections';
const tooManyConnections = '53300';
/** Opened at the same time. */
const batch = 8;
/** Some two hundred logins take their time on a busy machine. */
const fillLimitMs = 15_000;
/** How soon a connection that somebody else gave back is taken. */
const everyMs = 200;

export const postgresExhaustConnections = defineFault({
  id,
  title: 'PostgreSQL has no connection left',
  about:
    'Idle sessions take every connection that ordinary logins may have; one that a replica gives back is taken too. Open pools go on, whoever needs a new connection is refused (53300).',
  parameters: z.strictObject({
    leftFree: wholeNumber('connections that stay free', { min: 0, max: 50, usual: 0 }),
  }),
  targets: () => ['postgres'],
  availability: () => true,
  claims: () => postgresClaims('connections of PostgreSQL'),
  inject: async (ground, { parameters: { leftFree }, lastsMs, signal }) => {
    const login = await ordinaryLogin(ground);
    const own = new AbortController();
    const ended = AbortSignal.any([signal, own.signal]);
    // The first ones wait for the last: their own end must not come before that of the fault.
    const session = { fault: id, lastsMs: lastsMs + fillLimitMs, login };
    const taken = createTaken(() => openSession(ground, session), { leftFree, ended });
    const undo = once(async () => {
      own.abort();
      await taken.idle();
      await endSessions(ground, { fault: id, sessions: taken.sessions });
    });
    try {
      await taken.fill();
      await Promise.all(taken.sessions.map((opened) => endIdleAfter(opened, lastsMs)));
    } catch (error) {
      await undo();
      throw error;
    }
    taken.keepFull();
    return { undo, note: { login } };
  },
  effect: async (ground, { parameters: { leftFree }, note: { login } }) => {
    const opened: Client[] = [];
    try {
      for (let count = 0; count <= leftFree; count += 1) {
        opened.push(await openSession(ground, { fault: id, lastsMs: everyMs, login }));
      }
      return { seen: false, measured: `new connections were accepted: ${opened.length}` };
    } catch (error) {
      if (errorCodeOf(error) !== tooManyConnections) throw error;
      return { seen: true, measured: `a new connection was refused (53300); accepted before it: ${opened.length}` };
    } finally {
      await Promise.all(opened.map(end));
    }
  },
});

/** Sessions that are taken until the server has no more. */
function createTaken(
  open: () => Promise<Client>,
  { leftFree, ended }: { readonly leftFree: number; readonly ended: AbortSignal },
) {
  const sessions: Client[] = [];
  let keeping: Promise<void> = Promise.resolve();
  /** False: the server has none left. */
  const take = async (): Promise<boolean> => {
    try {
      sessions.push(await open());
      return true;
    } catch (error) {
      if (errorCodeOf(error) !== tooManyConnections) throw error;
      return false;
    }
  };
  const fill = async (): Promise<void> => {
    const giveUpAtMs = performance.now() + fillLimitMs;
    // Of several at once one may be refused for the sake of another that is refused too. One alone is told the truth.
    for (const atOnce of [batch, 1]) {
      for (let isMore = true; isMore && !ended.aborted; ) {
        if (performance.now() > giveUpAtMs) throw notAllTaken(sessions.length);
        isMore = (await Promise.all(Array.from({ length: atOnce }, take))).every(Boolean);
      }
    }
    await Promise.all(sessions.splice(0, leftFree).map(end));
  };
  const keep = async (): Promise<void> => {
    while (!ended.aborted) {
      await sleep(everyMs, undefined, { signal: ended }).catch(() => undefined);
      // With some left free, one more would be taken from those.
      if (leftFree === 0 && !ended.aborted) await take().catch(() => false);
    }
  };
  return {
    sessions,
    fill,
    keepFull: (): void => {
      keeping = keep();
    },
    idle: () => keeping,
  };
}

function notAllTaken(count: number): LabError {
  return new LabError('E_CONNECTIONS_LEFT', {
    message: `After ${count} connections in ${fillLimitMs / 1_000} s PostgreSQL still has some.`,
  });
}
