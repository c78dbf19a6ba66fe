import type { ExperimentHandle, TableDump } from '@lab/sdk';
import { type AnnouncedUpload, createUploadDesk, settled, type UploadLook } from './upload-desk.ts';

export type UploadRow = TableDump['rows'][number];

/** An upload of an experiment, with what was sent and what is to become of it. */
export interface Followed {
  readonly experiment: string;
  readonly upload: AnnouncedUpload;
  readonly file: {
    /** For findings, as `a PNG of the largest size`. */
    readonly what: string;
    readonly expected: string;
    readonly contentType: string;
    readonly content: Uint8Array;
  };
  /** In hexadecimal. */
  readonly sha256: string;
}

/** What is known of an upload from the start. */
export function announcedRow({ experiment, upload, file, sha256 }: Followed): UploadRow {
  return {
    experiment,
    upload: upload.id,
    what: file.what,
    expected: file.expected,
    bytes: file.content.length,
    sha256,
    contentType: file.contentType,
    way: upload.way?.kind ?? null,
    announced: upload.operation.status,
    operation: upload.operation.id,
    atMs: upload.atMs,
  };
}

/** The last look, and how long after `fromMs` it was decided: null where it was not within that time. */
export async function whenDecided(
  h: ExperimentHandle,
  upload: AnnouncedUpload,
  { fromMs, withinMs }: { readonly fromMs: number; readonly withinMs: number },
): Promise<{ readonly look: UploadLook; readonly decidedAfterMs: number | null }> {
  const look = await createUploadDesk(h).decided(upload, withinMs);
  return { look, decidedAfterMs: settled.has(look.status) ? Math.round(h.clock.nowMs() - fromMs) : null };
}
