import type { ApiName, ExperimentHandle } from '@lab/sdk';
import { isRecord } from './json.ts';
import { staffHeaders } from './staff.ts';

/** A dead letter, as the operators of a shop see it. */
export interface SeenLetter {
  readonly id: string;
  readonly order: string;
  readonly tenant: string;
  readonly attempts: number | null;
  readonly lastError: string;
  readonly requestId: string;
  readonly seenAtMs: number;
}

export interface Operators {
  /** Looks through the lists of these shops; resolves to all that was seen so far, by order. */
  look(tenants: readonly string[]): Promise<ReadonlyMap<string, SeenLetter>>;
  /** Two clicks at once, through two replicas; resolves to the status that each was answered with. */
  redrive(letter: SeenLetter): Promise<readonly number[]>;
}

const pagesMax = 5;

export function createOperators(h: ExperimentHandle): Operators {
  const seen = new Map<string, SeenLetter>();
  return {
    look: async (tenants) => {
      for (const letter of (await Promise.all(tenants.map((tenant) => openLetters(h, tenant)))).flat()) {
        if (!seen.has(letter.order)) seen.set(letter.order, letter);
      }
      return seen;
    },
    redrive: async (letter) =>
      await Promise.all(h.replicas.slice(0, 2).map((replica) => click(h, { letter, replica }))),
  };
}

async function openLetters(h: ExperimentHandle, tenant: string): Promise<readonly SeenLetter[]> {
  const found: SeenLetter[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const { body } = await h.request({
      replica: h.random.pick(h.replicas),
      client: `operator-of-${tenant}`,
      kind: 'read',
      view: 'dead-letters',
      key: tenant,
      method: 'GET',
      path: `/v2/dead-letters?status=open&limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      headers: await staffHeaders(h, tenant, 'admin'),
    });
    const seenAtMs = h.clock.nowMs();
    found.push(...itemsOf(body).flatMap((item) => toLetter(item, { tenant, seenAtMs })));
    cursor = isRecord(body) && typeof body['nextCursor'] === 'string' ? body['nextCursor'] : null;
    if (cursor === null) break;
  }
  return found;
}

function itemsOf(body: unknown): readonly Record<string, unknown>[] {
  return isRecord(body) && Array.isArray(body['items']) ? body['items'].filter(isRecord) : [];
}

function toLetter(item: Record<string, unknown>, facts: Pick<SeenLetter, 'tenant' | 'seenAtMs'>): SeenLetter[] {
  const { id, orderId, attempts, lastError, requestId } = item;
  if (typeof id !== 'string' || typeof orderId !== 'string') return [];
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return [
    {
      ...facts,
      id,
      order: orderId,
      attempts: typeof attempts === 'number' ? attempts : null,
      lastError: text(lastError),
      requestId: text(requestId),
    },
  ];
}

async function click(
  h: ExperimentHandle,
  { letter, replica }: { readonly letter: SeenLetter; readonly replica: ApiName },
): Promise<number> {
  const { operation } = await h.request({
    replica,
    client: `operator-${letter.id.slice(0, 8)}-${replica}`,
    kind: 'write',
    view: 'redrive',
    key: letter.order,
    method: 'POST',
    path: `/v2/dead-letters/${letter.id}/redrive`,
    headers: await staffHeaders(h, letter.tenant, 'admin'),
  });
  return operation.status;
}
