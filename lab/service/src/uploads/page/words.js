// What the page says about a file, in words for people.

/** By status, as long as nothing is settled. To wait for the scanner and to be scanned is one thing to who waits. */
export const WORDS = {
  sending: 'Sending',
  pending: 'Waiting for the file',
  uploaded: 'Arrived, being scanned and processed',
  scanning: 'Arrived, being scanned and processed',
  ready: 'Ready',
  rejected: 'Rejected',
  failed: 'Failed',
};

export const SLOW = 'Arrived. The scan takes longer than usual; it goes on by itself.';
export const UNREACHABLE = 'The service cannot be reached. Check the connection, then try again.';
export const SIGNED_OUT = 'You are signed out. Sign in above, then try again.';
export const WRONG_CREDENTIALS = 'Shop, e-mail or password is wrong.';

const REASONS = {
  infected: 'the virus scanner found something',
  'type-not-allowed': 'its content is no JPEG, PNG, WebP or MP4',
  'not-only-an-image': 'it holds more than an image',
  'too-many-pixels': 'it has too many pixels',
  'content-broken': 'it is broken',
  'checksum-mismatch': 'it is not the file that was announced',
  'too-large-to-scan': 'it is too large for the virus scanner',
  expired: 'it did not arrive in time',
  replaced: 'it was replaced after it had arrived',
  missing: 'it did not arrive',
  lost: 'the store has lost it',
  crashed: 'it could not be processed',
  'attempts-exhausted': 'it could not be processed',
  'given-up': 'it could not be scanned in time',
};

/** @param {{ status: string, reason: string | null }} upload */
export function statusWords({ status, reason }) {
  return reason === null ? WORDS[status] : `${WORDS[status]}: ${REASONS[reason] ?? reason}.`;
}

/**
 * Why the service does not take a file at all; undefined where another try may succeed.
 * @param {{ errors?: readonly { field: string }[] }} error
 * @param {File} file
 */
export function refusalWords({ errors = [] }, file) {
  const fields = new Set(errors.map(({ field }) => field));
  if (fields.has('contentType') || fields.has('kind')) return 'Not taken: only JPEG, PNG, WebP or MP4 files are.';
  if (fields.has('bytes')) return `Not taken: it is ${file.size === 0 ? 'empty' : 'too large'}.`;
  return undefined;
}
