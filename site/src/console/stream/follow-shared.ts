import type { Token } from '../token.ts';
import { createOrder } from './event-order.ts';
import { type FollowOptions, followEvents } from './follow-events.ts';
import { connectHub } from './hub-connection.ts';

interface FollowSharedOptions extends Pick<FollowOptions, 'signal' | 'onEvent' | 'onState'> {
  readonly token: Token;
}

/** Follows the one stream that all tabs share; alone, where this browser cannot share. Until the signal. */
export function followShared({ token, signal, onEvent, onState }: FollowSharedOptions): void {
  // A tab that joins anew, as after another one that led has gone, is told again what it knows.
  const order = createOrder(onEvent);
  const connection = connectHub((message) => {
    if (message.kind === 'state') onState(message.state);
    else if (message.kind === 'events') for (const event of message.events) order.take(event);
  }, signal);
  if (connection === null) {
    void followEvents({ url: '/api/events', token: token.text, signal, onEvent, onState });
    return;
  }
  connection.send({ kind: 'join', token: token.text, isFresh: token.isFresh, wantsEvents: true });
}
