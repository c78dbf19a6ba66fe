/**
 * Runs with a right and with a wrong verdict in what `lab verify --json` prints, where it says so.
 * @param {string} stdout
 * @returns {{ passed?: number, failed?: number }}
 */
export function countVerified(stdout) {
  try {
    const { counts } = JSON.parse(stdout);
    return { passed: Number(counts?.passed) || 0, failed: Number(counts?.failed) || 0 };
  } catch {
    // It ended before it could say: the lane itself counts as failed.
    return {};
  }
}
