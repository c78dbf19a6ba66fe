/** What becomes of a file: announced, arrived, being read by a worker, and then one of three ends. */
export type UploadStatus = 'pending' | 'uploaded' | 'scanning' | 'ready' | 'rejected' | 'failed';

export type UploadKind = 'image' | 'video';

export const CONTENT_TYPES = {
  image: ['image/jpeg', 'image/png', 'image/webp'],
  video: ['video/mp4'],
} as const satisfies Record<UploadKind, readonly string[]>;

export type ContentType = (typeof CONTENT_TYPES)[UploadKind][number];

/** What the content itself is guilty of: another attempt would find the same. */
export type RejectionReason =
  | 'infected'
  | 'type-not-allowed'
  | 'not-only-an-image'
  | 'too-many-pixels'
  | 'content-broken'
  | 'checksum-mismatch';

/** What went wrong with the file on its way. `lost`: it was ready, and its objects are gone. */
export type FailureReason =
  | 'expired'
  | 'replaced'
  | 'missing'
  | 'too-large-to-scan'
  | 'attempts-exhausted'
  | 'given-up'
  | 'crashed'
  | 'lost';

export type VariantName = 'thumbnail' | 'medium';
export type VariantFormat = 'webp' | 'jpeg';

/** A smaller image, drawn anew from the pixels of the original. */
export interface Variant {
  readonly name: VariantName;
  readonly format: VariantFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** An upload as its tenant sees it. Times are ISO 8601. */
export interface Upload {
  readonly id: string;
  readonly kind: UploadKind;
  readonly status: UploadStatus;
  readonly reason: RejectionReason | FailureReason | null;
  /** As announced, and as the content says once it is ready. */
  readonly contentType: ContentType;
  readonly bytes: number;
  /** Of what the scanner has read and what is served; null before that. */
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly variants: readonly Variant[];
  readonly createdAt: string;
  /** Until then the store takes the file. */
  readonly expiresAt: string;
  readonly confirmedAt: string | null;
  readonly settledAt: string | null;
}

/** Of a file that comes in parts, all but the last. 60 of them make 1 GB: to sign them all takes 40 kB of answers. */
export const PART_BYTES = 16 * 1024 * 1024;
