/** Lock not available, and a statement that took too long: the lab's own sessions wait for nothing without a limit. */
const lockedOutCodes = ['55P03', '57014'];

/** Code under test may lock a whole table for as long as it likes. That is seen by other means, and no fault of the lab's. */
export async function unlessLockedOut<T>(act: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (codesIn(error).some((code) => lockedOutCodes.includes(code))) return otherwise;
    throw error;
  }
}

/** Of an error, and of what caused it. */
function codesIn(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  return [...('code' in error ? [String(error.code)] : []), ...codesIn(error.cause)];
}
