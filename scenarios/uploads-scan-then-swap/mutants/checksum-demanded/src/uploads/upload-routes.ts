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
import { CONTENT_TYPES, PART_BYTES } from './upload.ts';
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

const announcement = {
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
};
const partsSchema = z.strictObject({ numbers: z.array(z.int().min(1).max(10_000)).min(1).max(20) });
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

  router.post('/v2/uploads', authenticate, mayChange, async (request, response) => {
    const announced = parseInput(announcementSchema, request.body);
    const { upload, ...way } = await createUpload(tenantContextOf(response), announced);
    response.setHeader('Location', `/v2/uploads/${upload.id}`);
    response.setHeader('Cache-Control', 'private, no-store');
    response.status(201).json({ ...upload, ...way });
  });

  router.post('/v2/uploads/:id/confirm', authenticate, mayChange, async (request, response) => {
    const confirmation = await confirmUpload(tenantContextOf(response), parseId(request.params.id));
    response.setHeader('Location', `/v2/uploads/${confirmation.id}`);
    response.setHeader('Cache-Control', 'private, no-store');
    response.status(202).json(confirmation);
  });

  router.post('/v2/uploads/:id/parts', authenticate, mayChange, async (request, response) => {
    const { numbers } = parseInput(partsSchema, request.body);
    const signed = await parts.parts.sign(tenantContextOf(response), parseId(request.params.id), numbers);
    response.setHeader('Cache-Control', 'private, no-store');
    response.json({ parts: signed });
  });

  router.get('/v2/uploads/:id/parts', authenticate, async (request, response) => {
    response.setHeader('Cache-Control', 'private, no-store');
    response.json(await parts.parts.received(tenantContextOf(response), parseId(request.params.id)));
  });

  router.get('/v2/uploads', authenticate, async (request, response) => {
    const { limit, cursor } = parseInput(listSchema, request.query);
    const options = { limit: limit + 1, after: decodeTimeCursor(cursor) };
    response.setHeader('Cache-Control', 'private, no-store');
    response.json(toTimePage(await uploads.list(tenantContextOf(response), options), limit));
  });

  router.get('/v2/uploads/:id', authenticate, async (request, response) => {
    const upload = await uploads.find(tenantContextOf(response), parseId(request.params.id));
    if (!upload) throw new ProblemError('NOT_FOUND');
    response.setHeader('Cache-Control', 'private, no-store');
    response.json(publicUpload(upload));
  });

  router.get('/v2/uploads/:id/content', authenticate, async (request, response) => {
    const wanted = parseInput(contentSchema, request.query);
    const { url, expiresAtMs } = await deliverUpload(tenantContextOf(response), parseId(request.params.id), wanted);
    response.setHeader('Cache-Control', 'private, no-store');
    response.vary('Accept');
    // A page cannot see where a redirect leads, and an image in it cannot carry a token: it asks for the URL.
    const wantsUrl = request.get('accept') === 'application/json';
    if (wantsUrl) response.json({ url, expiresAt: new Date(expiresAtMs).toISOString() });
    else response.redirect(302, url);
  });

  router.delete('/v2/uploads/:id', authenticate, mayChange, async (request, response) => {
    await removeUpload(tenantContextOf(response), parseId(request.params.id));
    response.status(204).end();
  });

  return router;
}

/** Only what has an allowed type and size is announced at all; what arrives is another matter. */
function announcementSchemaOf({ image, video }: UploadRouteParts['bytesMax']) {
  return z.discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('image'),
        contentType: z.enum(CONTENT_TYPES.image),
        bytes: z.int().min(1).max(image),
        ...announcement,
      })
      .transform((announced) => ({ ...announced, multipart: false })),
    z
      .strictObject({
        kind: z.literal('video'),
        contentType: z.enum(CONTENT_TYPES.video),
        bytes: z.int().min(1).max(video),
        multipart: z.boolean().default(false),
        ...announcement,
      })
      .refine(
        ({ multipart, bytes }) => !multipart || bytes > PART_BYTES,
        `must be more than one part of ${PART_BYTES} bytes`,
      ),
  ]);
}
