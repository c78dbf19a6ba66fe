import { type Markup, type MarkupValue, markup } from '../markup.ts';

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => MarkupValue;
}

interface DataTable<Row> {
  /** Unique in the page. */
  readonly id: string;
  readonly caption: string;
  /** The first one heads its row. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly rows: readonly Row[];
  /** It fits a phone, and need not be scrolled there. */
  readonly isNarrow?: boolean;
  /** Where links to a row lead. */
  readonly rowId?: (row: Row) => string | null;
}

const cellLengthMax = 200;

/** A table that scrolls in its own frame, with the keyboard too, where the page is too narrow for it. */
export function dataTable<Row>({ id, caption, columns, rows, rowId, isNarrow = false }: DataTable<Row>): Markup {
  const [first, ...others] = columns;
  return markup`<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
<table class="${isNarrow ? 'narrow' : 'wide'}">
<caption id="${id}"><span>${caption}</span></caption>
<thead><tr>${columns.map(({ title }) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => markup`<tr${idOf(rowId?.(row) ?? null)}><th scope="row">${shortened(first.cell(row))}</th>${others.map(
    ({ cell }) => markup`<td>${shortened(cell(row))}</td>`,
  )}</tr>
`,
)}</tbody>
</table>
</div>
`;
}

function idOf(id: string | null): Markup | null {
  return id === null ? null : markup` id="${id}"`;
}

/** What a service answered has no length that the page could count on. */
function shortened(value: MarkupValue): MarkupValue {
  if (typeof value !== 'string' || value.length <= cellLengthMax) return value;
  return `${value.slice(0, cellLengthMax)}…`;
}

/** A table below its picture, closed until it is wanted. */
export function folded(summary: string, content: MarkupValue): Markup {
  return markup`<details>
<summary>${summary}</summary>
${content}</details>
`;
}

/** `8,000`. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}
