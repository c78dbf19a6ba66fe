/** A book as the API shows it. Money is in cents of `currency`; times are ISO 8601. */
export interface Book {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly isbn: string;
  readonly description: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly stock: number;
  /** Grows by one with every change. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type BookSummary = Omit<Book, 'description' | 'createdAt' | 'updatedAt'>;

/** Fields that are missing stay as they are. */
export interface BookChanges {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly priceCents?: number | undefined;
  readonly stock?: number | undefined;
}
