import { createHash, createHmac } from 'node:crypto';

/** An object store, and the account to ask it by. */
export interface S3Target {
  readonly url: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Bucket and key with slashes, as they are called: nothing in it is encoded yet. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request, also while the answer's content is read. Default: after 5 s. */
  readonly signal?: AbortSignal;
}

const LIMIT_MS = 5000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** One request to an object store, signed as Amazon describes it (Signature Version 4). */
export function askS3(target: S3Target, request: S3Request): Promise<Response> {
  const { method, path, query = {}, body = '' } = request;
  const pathname = path.split('/').map(encoded).join('/');
  const search = Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const url = new URL(`${pathname}${search === '' ? '' : `?${search}`}`, target.url);
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${target.region}/s3/aws4_request`;
  const headers = {
    host: url.host,
    // Settings of a bucket are taken with a checksum of their own only.
    ...(body === '' ? {} : { 'x-amz-checksum-sha256': Buffer.from(sha256(body), 'hex').toString('base64') }),
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': time,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, pathname, search, lines.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const { accessKeyId, secretAccessKey } = target.credentials;
  const key = scope.split('/').reduce<string | Buffer>((from, word) => hmac(from, word), `AWS4${secretAccessKey}`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`;
  return fetch(url, {
    method,
    headers: { ...headers, authorization },
    ...(body === '' ? {} : { body }),
    signal: request.signal ?? AbortSignal.timeout(LIMIT_MS),
  });
}

/** As the signature wants it: everything but letters, digits and four marks. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
