/** A piece of a text in which `code` stands between backquotes. */
export interface TextPiece {
  readonly text: string;
  readonly isCode: boolean;
}

/** A text of the lab's own, such as a hint, in pieces. A backquote without a partner stays as it is. */
export function textPieces(text: string): TextPiece[] {
  return text
    .split(/(`[^`]+`)/)
    .filter((piece) => piece !== '')
    .map((piece) =>
      /^`[^`]+`$/.test(piece) ? { text: piece.slice(1, -1), isCode: true } : { text: piece, isCode: false },
    );
}
