import { type ExperimentHandle, loginView } from '@lab/sdk';
import { isRecord } from './json.ts';

/** Members of a tenant's staff, by what they may do. */
export type StaffRole = 'admin' | 'editor' | 'clerk';

const password = 'shelfwise-dev';

/**
 * The token of a member of a tenant's staff, asked for once per run. Null when no replica let them in: a service that
 * does not is judged by what it answers to requests without a token, so whoever is next asks again.
 */
export async function tokenOf(h: ExperimentHandle, tenant: string, role: StaffRole = 'editor'): Promise<string | null> {
  const tokens = await h.once('tokens', async () => new Map<string, Promise<string | null>>());
  const who = `${role}@${tenant}.example`;
  const asked = tokens.get(who) ?? login(h, tenant, who);
  tokens.set(who, asked);
  const token = await asked;
  if (token === null) tokens.delete(who);
  return token;
}

/** The headers by which a member of staff is known; none for one who was not let in. */
export async function staffHeaders(
  h: ExperimentHandle,
  tenant: string,
  role?: StaffRole,
): Promise<Readonly<Record<string, string>>> {
  const token = await tokenOf(h, tenant, role);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

async function login(h: ExperimentHandle, tenant: string, email: string): Promise<string | null> {
  for (const replica of h.replicas) {
    const { operation, body } = await h.request({
      replica,
      // One client never has two calls under way, and several people may log in at once.
      client: email,
      kind: 'read',
      view: loginView,
      key: email,
      method: 'POST',
      path: '/v2/auth/token',
      body: { tenant, email, password },
      read: (answer) => (tokenIn(answer) === null ? null : 1),
    });
    const token = operation.outcome === 'ok' ? tokenIn(body) : null;
    if (token !== null) return token;
  }
  return null;
}

function tokenIn(body: unknown): string | null {
  return isRecord(body) && typeof body['accessToken'] === 'string' ? body['accessToken'] : null;
}
