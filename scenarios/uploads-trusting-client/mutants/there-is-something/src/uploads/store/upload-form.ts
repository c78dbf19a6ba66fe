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

/** Below every limit. */
const SLACK_BYTES = 100_000;

/** The store refuses what is larger, before it is kept. */
export function formConditions({ bytes }: FormRequest): ['content-length-range', number, number][] {
  // Files are often a little larger than a browser says.
  return [['content-length-range', 1, Math.max(bytes, SLACK_BYTES)]];
}
