export interface Finding {
  readonly id: string;
  readonly what: string;
  /** A note works, and is good to know. */
  readonly state: 'fine' | 'note' | 'problem';
  readonly found: string;
  readonly fix: string | null;
}
