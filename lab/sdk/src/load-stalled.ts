/** Code of the finding that the load was answered too slowly, with nothing broken. A busy machine can cause it as well. */
export const loadStalled = 'LOAD_STALLED';
