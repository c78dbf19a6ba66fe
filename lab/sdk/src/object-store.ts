/** An object, as the store lists it. */
export interface ObjectFacts {
  readonly key: string;
  readonly bytes: number;
  /** Changes with the content. */
  readonly etag: string;
  /** When it was written, by the store's clock: milliseconds since the epoch, whole seconds. */
  readonly writtenAtMs: number;
}

/** An object in full. */
export interface ObjectContent {
  readonly content: Uint8Array;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A form that ShelfWise has signed, as its answer to an announced upload has it. */
export interface SignedForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What the store said to a customer. */
export interface StoreAnswer {
  /** Null when none came in time. */
  readonly status: number | null;
  /** The store's own word where it refuses, as `EntityTooLarge`. */
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Uint8Array;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

/** The object store. None of it passes through Toxiproxy. */
export interface ObjectStoreHandle {
  /** Whether an address is the store's own, where customers reach it: not that of a process or a proxy before it. */
  isAt(url: string): boolean;
  /** Every object whose key begins so, by the lab's own account, in the order of the keys. */
  list(prefix?: string): Promise<readonly ObjectFacts[]>;
  /** Headers of an object by the lab's own account, without its content; null where there is none. */
  head(key: string): Promise<Readonly<Record<string, string>> | null>;
  /** By the lab's own account; null where there is none. */
  read(key: string): Promise<ObjectContent | null>;
  /**
   * Sends a file by a signed form, as a customer's browser does. `changes` replace fields of the form; null leaves one
   * out. At most 20 s.
   */
  submit(form: SignedForm, file: Uint8Array, changes?: Readonly<Record<string, string | null>>): Promise<StoreAnswer>;
  /** Asks an address that ShelfWise has signed, as a customer's browser does: a download, or one part of an upload. */
  open(
    url: string,
    options?: {
      readonly method?: 'GET' | 'HEAD' | 'PUT';
      readonly headers?: Readonly<Record<string, string>>;
      readonly content?: Uint8Array;
    },
  ): Promise<StoreAnswer>;
}
