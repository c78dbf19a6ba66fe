import { createHash } from 'node:crypto';
import { askS3, type S3Request, type S3Target } from '@lab/runtime';
import { LabError, type ObjectFacts, type ObjectStoreHandle, type StoreAnswer } from '@lab/sdk';
import { type ListedPage, listedPage } from './listed-objects.ts';

interface ObjectStoreOptions {
  /** Null: the stack has none. */
  readonly bucket: (S3Target & { readonly name: string }) | null;
  readonly signal: AbortSignal;
}

const ownLimitMs = 10_000;
/** Of a customer's browser. */
const customerLimitMs = 20_000;

/** The object store, as an experiment may use it. Without one in the stack every call is a fault of the scenario. */
export function createObjectStore({ bucket: given, signal }: ObjectStoreOptions): ObjectStoreHandle {
  const ask = async (request: Omit<S3Request, 'path' | 'signal'> & { readonly key?: string }): Promise<Response> => {
    if (given === null) throw new LabError('E_NO_STORE', { message: 'The stack has no object store.' });
    const { key, ...rest } = request;
    const path = key === undefined ? `/${given.name}` : `/${given.name}/${key}`;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ownLimitMs)]);
    return await askS3(given, { ...rest, path, signal: limit });
  };
  return {
    isAt: (url) => given !== null && URL.canParse(url) && new URL(url).origin === new URL(given.url).origin,
    list: async (prefix = '') => {
      const found: ObjectFacts[] = [];
      let token: string | null = null;
      do {
        const query: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', prefix };
        if (token !== null) query['continuation-token'] = token;
        const page: ListedPage = listedPage(await textOf(await ask({ method: 'GET', query })));
        found.push(...page.objects);
        token = page.nextToken;
      } while (token !== null);
      return found;
    },
    head: async (key) => {
      const answer = await ask({ method: 'HEAD', key });
      return isThere(answer) ? Object.fromEntries(answer.headers) : null;
    },
    read: async (key) => {
      const answer = await ask({ method: 'GET', key });
      const content = new Uint8Array(await answer.arrayBuffer());
      if (!isThere(answer)) return null;
      return { content, sha256: sha256Of(content), headers: Object.fromEntries(answer.headers) };
    },
    submit: (form, file, changes = {}) => {
      const body = new FormData();
      for (const [name, value] of Object.entries({ ...form.fields, ...changes })) {
        if (value !== null) body.append(name, value);
      }
      // Last: a store does not read what stands behind the file.
      body.append('file', new Blob([new Uint8Array(file)]), 'file');
      return askAsCustomer(form.url, { method: 'POST', body }, signal);
    },
    open: (url, { method = 'GET', headers = {}, content } = {}) => {
      const body = content === undefined ? {} : { body: new Uint8Array(content) };
      return askAsCustomer(url, { method, headers, ...body }, signal);
    },
  };
}

/** @throws LabError when the store refuses the lab's own account. */
function isThere(answer: Response): boolean {
  if (answer.status === 404) return false;
  if (answer.ok) return true;
  throw refusal(answer.status, '');
}

async function textOf(answer: Response): Promise<string> {
  const text = await answer.text();
  if (answer.ok) return text;
  throw refusal(answer.status, text);
}

function refusal(status: number, text: string): LabError {
  const said = text === '' ? '' : `: ${text}`;
  return new LabError('E_STORE', {
    message: `The object store answered ${status} to the lab${said}.`,
    hint: 'npx lab logs s3',
  });
}

/** What goes wrong here is what a customer sees, not a fault of the lab; unless the attempt itself is over. */
async function askAsCustomer(url: string, init: RequestInit, signal: AbortSignal): Promise<StoreAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(customerLimitMs)]);
  try {
    // Where it leads is the next question, if anybody asks it.
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: limit });
    const content = new Uint8Array(await answer.arrayBuffer());
    const code = answer.status < 400 ? null : errorCode(content);
    const headers = Object.fromEntries(answer.headers);
    return { status: answer.status, code, headers, content, sha256: sha256Of(content) };
  } catch {
    signal.throwIfAborted();
    const content = new Uint8Array();
    return { status: null, code: null, headers: {}, content, sha256: sha256Of(content) };
  }
}

const errorBytesMax = 10_000;

function errorCode(content: Uint8Array): string | null {
  const text = Buffer.from(content.subarray(0, errorBytesMax)).toString('utf8');
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? null;
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
