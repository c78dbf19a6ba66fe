import type { ContentType } from '../upload.ts';

export interface FormRequest {
  readonly key: string;
  readonly contentType: ContentType;
  /** The most that may come. */
  readonly bytesMax: number;
  /** In hexadecimal; the store compares it with what arrives. */
  readonly sha256: string | undefined;
}

/** Each field is also a condition: whoever changes one has no valid form any more. */
export function formFields({ contentType, sha256 }: FormRequest): Record<string, string> {
  return {
    'Content-Type': contentType,
    ...(sha256 === undefined ? {} : { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') }),
  };
}

/**
 * The store refuses what is larger than any file of its kind may be, and what is empty, before it is kept. Whether it is
 * as long as it was announced, the store is asked when the file is confirmed.
 */
export function formConditions({ bytesMax }: FormRequest): ['content-length-range', number, number][] {
  return [['content-length-range', 1, bytesMax]];
}
