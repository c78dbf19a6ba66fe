import type { Answered, SessionRecord } from '@lab/console';
import { EnvironmentError } from '@lab/sdk';
import { errorFromFacts } from './messages.ts';

/**
 * What the session said.
 *
 * @throws what it refused, as if it had been refused here; EnvironmentError `E_SESSION_SILENT` when it said nothing.
 */
export function documentOf(answered: Answered, record: SessionRecord): unknown {
  if (answered === null) {
    const isStarting = record.state === 'starting';
    throw new EnvironmentError('E_SESSION_SILENT', {
      message: isStarting
        ? 'The session is still starting, and does not answer yet.'
        : 'The running session does not answer. It may be stopping.',
      hint: 'npx lab status',
    });
  }
  if ('document' in answered) return answered.document;
  const { family = 'Error', ...facts } = answered.error;
  throw errorFromFacts({ name: family, ...facts });
}
