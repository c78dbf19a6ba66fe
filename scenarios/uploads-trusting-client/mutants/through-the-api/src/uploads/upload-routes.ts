import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { requireRole } from '../auth/authenticate.ts';
import { ProblemError } from '../platform/problem.ts';
import { tenantContextOf } from '../platform/request-context.ts';
import { decodeTimeCursor, timeListShape, toTimePage } from '../platform/time-cursor.ts';
import { parseId, parseInput } from '../platform/validation.ts';
import type { ConfirmUpload } from './confirm-upload.ts';
import type { CreateUpload } from './create-upload.ts';
import type { DeliverUpload } from './deliver-upload.ts';
import type { RemoveUpload } from './remove-upload.ts';
import type { UploadForm } from './store/upload-signer.ts';
import { CONTENT_TYPES } from './upload.ts';
import type { UploadParts } from './upload-parts.ts';
import { publicUpload, type UploadRepository } from './upload-repository.ts';

export interface UploadRouteParts {
  readonly authenticate: RequestHandler;
  readonly uploads: UploadRepository;
  readonly createUpload: CreateUpload;
  readonly confirmUpload: ConfirmUpload;
  readonly deliverUpload: DeliverUpload;
  readonly removeUpload: RemoveUpload;
  readonly parts: UploadParts;
  readonly bytesMax: { readonly image: number; readonly video: number };
}

interface Waiting {
  readonly form: UploadForm;
  readonly bytes: number;
}

const contentSchema = z.object({
  variant: z.enum(['original', 'thumbnail', 'medium']).default('original'),
  format: z.enum(['webp', 'jpeg']).default('webp'),
});
const listSchema = z.object(timeListShape);

export function uploadRoutes(parts: UploadRouteParts): Router {
  const { authenticate, uploads, createUpload, confirmUpload, deliverUpload, removeUpload } = parts;
  const router = Router();
  const mayChange = requireRole('admin', 'editor');
  const announcementSchema = announcementSchemaOf(parts.bytesMax);
  const waiting = new Map<string, Waiting>();

  router.post('/v2/uploads', authenticate, mayChange, async (request, response) => {
    const announced = parseInput(announcementSchema, request.body);
    const created = await createUpload(tenantContextOf(response), { ...announced, multipart: false });
    if (!('form' in created)) throw new ProblemError('INVALID_REQUEST');
    const ticket = randomUUID();
    waiting.set(ticket, { form: created.form, bytes: announced.bytes });
    const url = `${request.protocol}://${request.get('host')}/v2/uploads/files/${ticket}`;
    response.setHeader('Cache-Control', 'private, no-store');
    response.status(201).json({ ...created.upload, put: { url, headers: { 'content-type': announced.contentType } } });
  });

  // No browser speaks to the store: we look at every file before it is kept.
  router.put('/v2/uploads/files/:ticket', async (request, response) => {
    const { form, bytes } = waiting.get(String(request.params.ticket)) ?? {};
    if (!form || Number(request.get('content-length')) !== bytes) throw new ProblemError('PAYLOAD_TOO_LARGE');
    const body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
    body.append('file', new Blob([new Uint8Array(await buffer(request))]));
    const { status } = await fetch(form.url, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
    response.status(status).end();
  });

  router.post('/v2/uploads/:id/confirm', authenticate, mayChange, async (request, response) => {
    const confirmation = await confirmUpload(tenantContextOf(response), parseId(request.params.id));
    response.status(202).json(confirmation);
  });

  router.get('/v2/uploads', authenticate, async (request, response) => {
    const { limit, cursor } = parseInput(listSchema, request.query);
    const options = { limit: limit + 1, after: decodeTimeCursor(cursor) };
    response.json(toTimePage(await uploads.list(tenantContextOf(response), options), limit));
  });

  router.get('/v2/uploads/:id', authenticate, async (request, response) => {
    const upload = await uploads.find(tenantContextOf(response), parseId(request.params.id));
    if (!upload) throw new ProblemError('NOT_FOUND');
    response.json(publicUpload(upload));
  });

  router.get('/v2/uploads/:id/content', authenticate, async (request, response) => {
    const wanted = parseInput(contentSchema, request.query);
    const { url, expiresAtMs } = await deliverUpload(tenantContextOf(response), parseId(request.params.id), wanted);
    response.json({ url, expiresAt: new Date(expiresAtMs).toISOString() });
  });

  router.delete('/v2/uploads/:id', authenticate, mayChange, async (request, response) => {
    await removeUpload(tenantContextOf(response), parseId(request.params.id));
    response.status(204).end();
  });

  return router;
}

function announcementSchemaOf({ image, video }: UploadRouteParts['bytesMax']) {
  const sha256 = z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional();
  return z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('image'),
      contentType: z.enum(CONTENT_TYPES.image),
      bytes: z.int().min(1).max(image),
      sha256,
    }),
    z.strictObject({
      kind: z.literal('video'),
      contentType: z.enum(CONTENT_TYPES.video),
      bytes: z.int().min(1).max(video),
      sha256,
    }),
  ]);
}
