import { connectHub } from './stream/hub-connection.ts';

export interface Token {
  readonly text: string;
  /** `lab open` has handed it over this moment. */
  readonly isFresh: boolean;
}

const key = 'lab-token';
const shape = /^[\w-]{20,200}$/;
/** Another tab answers in a few milliseconds, or there is none. */
const askMs = 1_000;

/**
 * The token of the lab that serves this page. `lab open` hands it over in the fragment, which no server is sent; from
 * there it moves into this tab's memory and out of the address. Null: this tab was never given one.
 */
export function takeToken(): Token | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get('token');
  if (given !== null) {
    fragment.delete('token');
    // What else the fragment says stays: it may name a moment.
    const rest = fragment.size === 0 ? '' : `#${fragment}`;
    history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`);
    if (shape.test(given)) {
      sessionStorage.setItem(key, given);
      return { text: given, isFresh: true };
    }
  }
  const kept = sessionStorage.getItem(key);
  return kept === null ? null : { text: kept, isFresh: false };
}

/**
 * The token of this tab, else that of another tab of this lab. Until this page is left, others can have its token in
 * the same way.
 */
export async function findToken(): Promise<Token | null> {
  const own = takeToken();
  const left = new AbortController();
  addEventListener('pagehide', () => left.abort(), { once: true });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const connection = connectHub((message) => {
    if (message.kind !== 'token' || message.token === null) return;
    // The lab was started anew, and another tab was told so.
    sessionStorage.setItem(key, message.token);
    resolve(message.token);
  }, left.signal);
  const { text = null, isFresh = false } = own ?? {};
  connection?.send({ kind: 'join', token: text, isFresh, wantsEvents: false });
  if (own !== null) return own;
  const timer = setTimeout(() => resolve(null), connection === null ? 0 : askMs);
  const found = await promise;
  clearTimeout(timer);
  return found === null ? null : { text: found, isFresh: false };
}
