import type { MigrationSite } from '@lab/sdk';

/** A statement that was tried on the database and undone, with what it came to. */
export interface Answer {
  readonly statement: string;
  readonly expected: string;
  readonly answer: string;
}

// In a block of its own, which ends with an error in any case: nothing of what was tried stays.
const trySql = `
  CREATE OR REPLACE FUNCTION lab.try_book(statement text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE book uuid; answer text;
  BEGIN
    EXECUTE statement INTO book;
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT isbn10::text INTO answer FROM books WHERE id = book;
    RAISE EXCEPTION 'undone' USING ERRCODE = 'LAB00';
  EXCEPTION
    WHEN SQLSTATE 'LAB00' THEN RETURN coalesce(answer, 'none');
    WHEN OTHERS THEN RETURN 'failed: ' || SQLERRM;
  END $$`;

const none = 'none';
const aBook = '(SELECT tenant_id, id FROM books ORDER BY tenant_id, id LIMIT 1)';

/**
 * As the version that runs now does it: it knows nothing of the column. The value shows to whoever asks next, and need not
 * show in the answer to the statement itself: a trigger may write it after the row.
 */
function added(isbn: string): string {
  return `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
    SELECT tenant_id, gen_random_uuid(), '${isbn}', 'A book of the lab', 'Nobody', 900, 'EUR'
    FROM books ORDER BY tenant_id, id LIMIT 1 RETURNING id`;
}

function corrected(isbn: string): string {
  return `UPDATE books SET isbn = '${isbn}' WHERE (tenant_id, id) = ${aBook} RETURNING id`;
}

const trials: readonly { readonly statement: string; readonly expected: string; readonly sql: string }[] = [
  { statement: 'a new book whose ISBN begins with 978', expected: '080442957X', sql: added('9780804429573') },
  { statement: 'a new book whose ISBN begins with 979', expected: none, sql: added('9791090724174') },
  { statement: 'a new book with an ISBN of ten digits', expected: '0140449132', sql: added('0140449132') },
  { statement: 'an old book whose ISBN is corrected', expected: '0306406152', sql: corrected('9780306406157') },
  { statement: 'an old book whose ISBN becomes one with 979', expected: none, sql: corrected('9791090724174') },
];

/** Tries what the story asks for. Each statement is undone. */
export async function tryBooks(site: MigrationSite): Promise<readonly Answer[]> {
  await site.query(trySql);
  const answers: Answer[] = [];
  for (const { statement, expected, sql } of trials) {
    const [row] = await site.query('SELECT lab.try_book($1) AS answer', [sql]);
    answers.push({ statement, expected, answer: String(row?.['answer']) });
  }
  return answers;
}
