import type { RejectionReason, Variant } from '../upload.ts';

/** What the process that reads an image tells about it, as one line of JSON. */
export type ImageVerdict =
  | {
      readonly kind: 'image';
      readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
      /** As it is shown, turned by its orientation. */
      readonly width: number;
      readonly height: number;
      /** Files of these names, `<name>.<format>`, are in the folder. */
      readonly variants: readonly Variant[];
    }
  | { readonly kind: 'refused'; readonly reason: RejectionReason };
