import type { ContentType } from '../upload.ts';

/** One PUT: its place, type, length and, where it is known, checksum are all signed. */
export interface FormRequest {
  readonly key: string;
  readonly contentType: ContentType;
  readonly bytes: number;
  /** In hexadecimal; the store compares it with what arrives. */
  readonly sha256: string | undefined;
}
