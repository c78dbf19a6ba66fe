import { connect } from 'node:net';

/** True when a Redis there accepts the password and answers PING within `timeoutMs`. */
export function redisPing(
  target: { readonly host: string; readonly port: number; readonly password: string },
  options: { readonly timeoutMs: number },
): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    const finish = (isReady: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isReady);
    };
    const timer = setTimeout(() => finish(false), options.timeoutMs);
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write(`AUTH ${target.password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('+PONG')) finish(true);
      else if (answer.includes('-')) finish(false);
    });
  });
}
