import { readSession, type SessionRecord, tellGrade } from '@lab/console';
import type { GradeNews } from './grade-news.ts';

/** Tells the running session of a grade. Disposing waits until the last news are told, or cannot be. */
export interface SessionTeller extends AsyncDisposable {
  tell(news: GradeNews): void;
}

interface TellerOptions {
  send?(record: SessionRecord, news: readonly GradeNews[]): Promise<boolean>;
  /** Least time between two tellings: a grade measures, and what it tells must not be seen in its figures. */
  readonly restMs?: number;
}

const restMsDefault = 250;
/** A body may have 4 KiB; what stands around the news has its room. */
const charactersMax = 3_500;

/**
 * Where no session runs, or it does not answer, nothing is told and nothing fails: the console is for who looks on.
 * A session that missed news is told no more of this grade, since half of a story is a wrong one.
 */
export function tellSession(labDir: string, options: TellerOptions = {}): SessionTeller {
  const { restMs = restMsDefault } = options;
  const send = options.send ?? ((record, news) => tellGrade(record, { pid: process.pid, news }));
  const session = readSession(labDir);
  const waiting: GradeNews[] = [];
  const hurry = Promise.withResolvers<void>();
  let isHeard = session.kind === 'running';
  let sending: Promise<void> | null = null;

  const sendAll = async (record: SessionRecord): Promise<void> => {
    while (isHeard && waiting.length > 0) {
      isHeard = await send(record, waiting.splice(0, fitting(waiting)));
      if (isHeard) await Promise.race([rest(restMs), hurry.promise]);
    }
    sending = null;
  };
  return {
    tell(news) {
      if (!isHeard || session.kind !== 'running') return;
      waiting.push(news);
      sending ??= sendAll(session.record);
    },
    async [Symbol.asyncDispose]() {
      hurry.resolve();
      await sending;
    },
  };
}

/** How many of them go into one body; at least one. */
function fitting(news: readonly GradeNews[]): number {
  let characters = 0;
  const over = news.findIndex((one) => {
    characters += Buffer.byteLength(JSON.stringify(one)) + 1;
    return characters > charactersMax;
  });
  return over === -1 ? news.length : Math.max(1, over);
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
