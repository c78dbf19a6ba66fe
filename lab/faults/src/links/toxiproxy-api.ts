import { randomBytes } from 'node:crypto';
import { LabError } from '@lab/sdk';
import type { FaultGround } from '../ground.ts';

/** `upstream` is from the replica to what it calls. */
export type ToxicStream = 'upstream' | 'downstream';

export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slow_close' | 'timeout' | 'reset_peer' | 'slicer' | 'limit_data';
  readonly stream: ToxicStream;
  /** Of every connection: toxicity is drawn once per connection, and one pooled client would be all or nothing. */
  readonly attributes: Readonly<Record<string, number>>;
}

/** Removing a toxic takes milliseconds, or hangs (toxiproxy issue 558). */
const callLimitMs = 1_500;

/** Adds a toxic to a proxy. The returned undo removes it; one that is gone already is what was wanted. */
export async function addToxic(ground: FaultGround, proxy: string, toxic: Toxic): Promise<() => Promise<void>> {
  const name = `fault-${toxic.type}-${randomBytes(3).toString('hex')}`;
  await call(ground, 'POST', `/proxies/${proxy}/toxics`, { name, toxicity: 1, ...toxic });
  return () => call(ground, 'DELETE', `/proxies/${proxy}/toxics/${name}`);
}

async function call(ground: FaultGround, method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
  const { host, port } = toxiproxyOf(ground);
  const answer = await fetch(`http://${host}:${port}${path}`, {
    method,
    // A browser's is refused, and Node's may come to look like one.
    headers: { 'user-agent': 'brownout-lab', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(callLimitMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new LabError('E_TOXIPROXY', { message: `Toxiproxy did not answer ${method} ${path}.`, cause });
  });
  const text = await answer.text();
  if (answer.ok || (method === 'DELETE' && answer.status === 404)) return;
  throw new LabError('E_TOXIPROXY', {
    message: `Toxiproxy answered ${answer.status} to ${method} ${path}: ${text.trim()}.`,
    hint: 'npx lab logs toxiproxy',
  });
}

function toxiproxyOf(ground: FaultGround): { readonly host: string; readonly port: number } {
  const found = ground.parts.find(({ part }) => part === 'toxiproxy');
  if (found === undefined) throw new LabError('E_TOXIPROXY', { message: 'The stack has no Toxiproxy.' });
  return found;
}
