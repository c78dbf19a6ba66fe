import type { ApiName, ExperimentHandle, Operation, RequestResult, StoreAnswer } from '@lab/sdk';
import { isRecord } from './json.ts';
import { staffHeaders } from './staff.ts';
import { experimentTenants } from './tenants.ts';
import { notSent, numbersTo, type Sending, type Sent, sendBy, type WayIn, wayIn } from './ways-in.ts';

export interface Announcement {
  readonly kind: 'image' | 'video';
  readonly contentType: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256?: string;
}

/** A file that ShelfWise was told of, as it answered. */
export interface AnnouncedUpload {
  /** Null when it was refused. */
  readonly id: string | null;
  readonly tenant: string;
  /** Null when there is none that the lab knows. */
  readonly way: WayIn | null;
  readonly operation: Operation;
  /** By the run's clock, before ShelfWise was asked. */
  readonly atMs: number;
}

/** What ShelfWise says of an upload. */
export interface UploadLook {
  readonly status: string | null;
  readonly reason: string | null;
  readonly contentType: string | null;
  readonly sha256: string | null;
}

export interface Download extends StoreAnswer {
  /** Where ShelfWise has sent the customer. */
  readonly url: string;
}

/** Uploads of one shop's staff, through one experiment's handle. Whoever is refused is told so by the answer. */
export interface UploadDesk {
  /** Through a random replica unless one is named. */
  announce(announcement: Announcement, replica?: ApiName): Promise<AnnouncedUpload>;
  /** All that is signed for it is signed now: the addresses of parts are asked for ahead. */
  signAhead(upload: AnnouncedUpload): Promise<AnnouncedUpload>;
  /** To the store, by the way that was answered. */
  send(upload: AnnouncedUpload, content: Uint8Array, changes?: Sending['changes']): Promise<Sent>;
  /** Asks again where the answer is to come again. */
  confirm(
    upload: AnnouncedUpload,
    options?: { readonly replica?: ApiName; readonly client?: string },
  ): Promise<RequestResult>;
  look(upload: AnnouncedUpload): Promise<UploadLook>;
  /** Waits until nothing more happens to it, at most so long: the last look. */
  decided(upload: AnnouncedUpload, withinMs: number): Promise<UploadLook>;
  /** What a customer gets; null when ShelfWise gives no address for it. */
  download(upload: AnnouncedUpload, query?: string): Promise<Download | null>;
}

const askTimeoutMs = 6_000;
const lookTimeoutMs = 3_000;
const pollMs = 60;
/** A client that is told to come again does, so often and within about a second. */
const confirmationPausesMs = [200, 300, 500];

export const settled: ReadonlySet<string | null> = new Set(['ready', 'rejected', 'failed']);

/** For the staff of one shop, the first of the run's unless another is named; an upload stays with the shop it is of. */
export function createUploadDesk(h: ExperimentHandle, tenant = firstTenant(h)): UploadDesk {
  const ask = async (spec: Question, shop: string): Promise<RequestResult> => {
    const { replica = h.random.pick(h.replicas), kind = 'read', timeoutMs = askTimeoutMs, ...rest } = spec;
    const headers = await staffHeaders(h, shop);
    return await h.request({ client: `staff-${rest.view}-${rest.key}`, ...rest, replica, kind, timeoutMs, headers });
  };
  const look: UploadDesk['look'] = async ({ id, tenant: shop }) => {
    const path = `/v2/uploads/${id}`;
    const question: Question = { view: 'upload-status', key: id ?? 'none', method: 'GET', path };
    return lookIn((await ask({ ...question, timeoutMs: lookTimeoutMs }, shop)).body);
  };
  const signParts = async ({ id, tenant: shop }: AnnouncedUpload, numbers: readonly number[]): Promise<unknown> => {
    const path = `/v2/uploads/${id}/parts`;
    const question: Question = { view: 'upload-parts', key: id ?? 'none', method: 'POST', path, body: { numbers } };
    return (await ask(question, shop)).body;
  };
  return {
    announce: async (announcement, replica) => {
      const atMs = h.clock.nowMs();
      const question: Question = {
        ...(replica === undefined ? {} : { replica }),
        // Nobody else announces this many bytes at this moment: one client never has two calls under way.
        client: `staff-${h.random.integer(0, 1_000_000_000)}`,
        kind: 'write',
        view: 'upload',
        key: 'none',
        keyOf: idIn,
        method: 'POST',
        path: '/v2/uploads',
        body: announcement,
        value: announcement.bytes,
      };
      const { operation, body } = await ask(question, tenant);
      const id = operation.outcome === 'ok' ? idIn(body) : null;
      return { id, tenant, way: id === null ? null : wayIn(body), operation, atMs };
    },
    signAhead: async (upload) => {
      const { way } = upload;
      if (way?.kind !== 'parts') return upload;
      return { ...upload, way: { ...way, signed: await signParts(upload, numbersTo(way.count)) } };
    },
    send: async (upload, content, changes = {}) => {
      const { id, way } = upload;
      if (id === null || way === null) return notSent;
      return await sendBy(h.objects, { way, content, changes, signParts: (numbers) => signParts(upload, numbers) });
    },
    confirm: async ({ id, tenant: shop }, { replica, client } = {}) => {
      const question: Question = {
        ...(replica === undefined ? {} : { replica }),
        ...(client === undefined ? {} : { client }),
        kind: 'write',
        view: 'upload-confirm',
        key: id ?? 'none',
        method: 'POST',
        path: `/v2/uploads/${id}/confirm`,
      };
      const confirm = (): Promise<RequestResult> => ask(question, shop);
      let answer = await confirm();
      for (const pauseMs of confirmationPausesMs) {
        if (answer.operation.status !== 503) break;
        await h.clock.sleep(pauseMs);
        answer = await confirm();
      }
      return answer;
    },
    look,
    decided: async (upload, withinMs) => {
      const giveUpAtMs = h.clock.nowMs() + withinMs;
      for (;;) {
        const seen = await look(upload);
        if (settled.has(seen.status) || h.clock.nowMs() >= giveUpAtMs) return seen;
        await h.clock.sleep(pollMs);
      }
    },
    download: async ({ id, tenant: shop }, query = '') => {
      const path = `/v2/uploads/${id}/content${query}`;
      const question: Question = { view: `upload-content${query}`, key: id ?? 'none', method: 'GET', path };
      const { body, headers } = await ask(question, shop);
      const url = isRecord(body) && typeof body['url'] === 'string' ? body['url'] : headers['location'];
      return url === undefined ? null : { ...(await h.objects.open(url)), url };
    },
  };
}

function firstTenant({ seed }: ExperimentHandle): string {
  const [first] = experimentTenants(seed);
  if (first === undefined) throw new RangeError('The run has no shops for experiments.');
  return first;
}

type Question = Omit<Parameters<ExperimentHandle['request']>[0], 'replica' | 'client' | 'kind'> & {
  readonly replica?: ApiName;
  readonly client?: string;
  readonly kind?: 'read' | 'write';
};

function idIn(body: unknown): string | null {
  return isRecord(body) && typeof body['id'] === 'string' ? body['id'] : null;
}

function lookIn(body: unknown): UploadLook {
  const text = (name: string): string | null => {
    const value = isRecord(body) ? body[name] : null;
    return typeof value === 'string' ? value : null;
  };
  return { status: text('status'), reason: text('reason'), contentType: text('contentType'), sha256: text('sha256') };
}
