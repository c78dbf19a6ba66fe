import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TestLink extends AsyncDisposable {
  /** The URL of what stands behind the link, through the link. */
  readonly url: string;
  /** Swallows all that is sent, and answers nothing; connections stay open and new ones are accepted. */
  silence(): void;
  /** Carries new connections again. Those that lost something stay silent. */
  heal(): void;
  /** Holds everything back by this time, in both directions. */
  delay(ms: number): void;
}

type State = { readonly kind: 'open' | 'silent' | 'slow'; readonly ms: number };

/** A way to a server that can become a black hole. */
export async function startTestLink(target: string): Promise<TestLink> {
  const behind = new URL(target);
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let state: State = { kind: 'open', ms: 0 };

  const carry = (from: Socket, to: Socket, lost: { any: boolean }) => {
    sockets.add(from);
    from.on('error', () => {});
    from.on('data', (chunk) => {
      const { kind, ms } = state;
      if (kind === 'silent') lost.any = true;
      if (lost.any) return;
      if (kind === 'open') return void to.write(chunk);
      const timer = setTimeout(() => {
        timers.delete(timer);
        to.write(chunk);
      }, ms);
      timers.add(timer);
    });
    from.once('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };

  const server = createServer((near) => {
    const far = connect(Number(behind.port), behind.hostname);
    const lost = { any: state.kind === 'silent' };
    carry(near, far, lost);
    carry(far, near, lost);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(target);
  Object.assign(through, { hostname: '127.0.0.1', port: (server.address() as AddressInfo).port });

  return {
    url: through.href,
    silence() {
      state = { kind: 'silent', ms: 0 };
    },
    heal() {
      state = { kind: 'open', ms: 0 };
    },
    delay(ms) {
      state = { kind: 'slow', ms };
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
