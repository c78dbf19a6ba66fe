import { createHash, createHmac } from 'node:crypto';
import type { StartedS3 } from '../parts/s3/start-s3.ts';

type Target = Pick<StartedS3, 'url' | 'region' | 'credentials'>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** One request to an object store, signed as Amazon describes it (Signature Version 4), without query parameters. */
export function askS3(target: Target, request: { method: string; path: string; body?: string }): Promise<Response> {
  const { method, path, body = '' } = request;
  const url = new URL(path, target.url);
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${target.region}/s3/aws4_request`;
  const headers = { host: url.host, 'x-amz-content-sha256': sha256(body), 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, url.pathname, '', lines.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const { accessKeyId, secretAccessKey } = target.credentials;
  const key = scope.split('/').reduce<string | Buffer>((from, word) => hmac(from, word), `AWS4${secretAccessKey}`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`;
  return fetch(url, {
    method,
    headers: { ...headers, authorization },
    ...(body === '' ? {} : { body }),
    signal: AbortSignal.timeout(5000),
  });
}
