/** A piece of an excerpt of full text; the index marks what was looked for. */
export interface ExcerptPiece {
  readonly text: string;
  readonly isFound: boolean;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** An excerpt of the index as text in pieces, so that none of it is ever taken for markup. */
export function excerptPieces(html: string): ExcerptPiece[] {
  return html
    .split(/(<mark>.*?<\/mark>)/)
    .filter((piece) => piece !== '')
    .map((piece) => ({
      text: decode(piece.replaceAll(/<\/?mark>/g, '')),
      isFound: piece.startsWith('<mark>'),
    }));
}

function decode(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (all, name: string) => entities[name] ?? all);
}
