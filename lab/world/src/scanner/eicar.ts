/**
 * The test file of EICAR, which every scanner calls a virus and which harms nobody. In two halves: as one piece it
 * would have this file taken away by the scanner of whoever reads it.
 */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

export const eicarSignature = 'Win.Test.EICAR_HDB-1';

const pattern = Buffer.from(eicar, 'latin1');

/** Looks for it anywhere in a stream, across the borders of chunks too. */
export function createEicarFinder() {
  let tail = Buffer.alloc(0);
  let isFound = false;
  return {
    push(chunk: Uint8Array): void {
      if (isFound) return;
      const text = Buffer.concat([tail, chunk]);
      isFound = text.includes(pattern);
      tail = text.subarray(Math.max(0, text.length - pattern.length + 1));
    },
    isFound: () => isFound,
  };
}
