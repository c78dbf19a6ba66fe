import { request } from 'node:http';

/** Status of one GET, or null when there was no answer within `timeoutMs`. Opens a connection of its own. */
export function httpStatus(url: string, options: { readonly timeoutMs: number }): Promise<number | null> {
  return new Promise((resolve) => {
    const call = request(url, { agent: false, headers: { connection: 'close' } }, (answer) => {
      answer.resume();
      answer.once('error', () => {});
      resolve(answer.statusCode ?? null);
    });
    const timer = setTimeout(() => call.destroy(), options.timeoutMs);
    call.once('error', () => resolve(null));
    call.once('close', () => {
      clearTimeout(timer);
      resolve(null);
    });
    call.end();
  });
}
