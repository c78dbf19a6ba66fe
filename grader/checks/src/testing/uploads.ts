import type { Evidence } from '@lab/sdk';
import type { UploadRow } from '../uploads.ts';
import { evidence } from './evidence.ts';

/** A picture that came in, became ready and was had again. */
export function uploadRow(change: UploadRow = {}): UploadRow {
  return {
    experiment: 'honest',
    upload: 'upload-1',
    what: 'a PNG',
    expected: 'ready',
    holdsPicture: false,
    bytes: 500,
    sha256: 'aa',
    contentType: 'image/png',
    way: 'form',
    announced: 201,
    operation: 7,
    atMs: 3_000,
    inStore: true,
    sent: 204,
    sentCode: null,
    sentToStore: true,
    confirmed: 202,
    confirmOperation: 8,
    status: 'ready',
    reason: null,
    shownType: 'image/png',
    decidedAfterMs: 400,
    served: 200,
    servedByStore: true,
    servedSha256: 'aa',
    servedType: 'image/png',
    servedAs: 'attachment; filename="a.png"',
    servedKind: 'image/png',
    sameSize: true,
    holdsPage: false,
    kept: true,
    thumbnail: true,
    ...change,
  };
}

/** What a rejected file looks like: confirmed, decided, and not to be had. */
export function rejectedRow(change: UploadRow = {}): UploadRow {
  const refused = { status: 'rejected', reason: 'type-not-allowed', served: 409, servedSha256: null };
  return uploadRow({ experiment: 'impostors', what: 'a web page', expected: 'never', ...refused, ...change });
}

/** A run of these experiments that wrote these tables. */
export function uploadsRun(
  selected: readonly string[],
  tables: Readonly<Record<string, readonly UploadRow[]>>,
  change: Partial<Evidence> = {},
): Evidence {
  const dumps = Object.entries(tables).map(([table, rows]) => ({ table, rows }));
  return evidence({ selected, tables: dumps, ...change });
}
