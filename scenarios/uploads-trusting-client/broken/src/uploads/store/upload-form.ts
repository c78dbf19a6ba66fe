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

/** The announcement has been checked against the limits of its kind; nothing else is left to ask of the store. */
export function formConditions(_request: FormRequest): ['content-length-range', number, number][] {
  return [];
}
