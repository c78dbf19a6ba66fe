import type { ContentType } from '../upload.ts';

export interface FormRequest {
  readonly key: string;
  readonly contentType: ContentType;
  readonly bytes: number;
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

/** Of a film, the largest that we take. */
const FILE_BYTES_MAX = 1_000_000_000;

/** The store refuses what is larger than anything that we take; the confirmation compares it with its announcement. */
export function formConditions(_request: FormRequest): ['content-length-range', number, number][] {
  return [['content-length-range', 1, FILE_BYTES_MAX]];
}
