import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { withDeadline } from '../resilience/deadline.ts';
import { createLastKnown, type Known } from '../resilience/last-known.ts';

/** A shop as its staff sees it. */
export interface TenantProfile {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly plan: string;
}

/** Throws NOT_FOUND, or what the database throws while there is no copy either. */
export type ReadProfile = (context: TenantContext) => Promise<Known<TenantProfile>>;

const READ_LIMIT_MS = 500;
const COPIES_MAX = 1_000;
const COPY_AGE_MAX_MS = 3_600_000;

const FIND = 'SELECT id, slug, name, plan FROM tenants WHERE id = current_tenant_id()';

/**
 * The head of every page needs the shop's name, and it seldom changes: one from a while ago is better than no page.
 * Nothing is decided by it; what a caller may do stands in the access token.
 */
export function createReadProfile(database: TenantDatabase): ReadProfile {
  const copies = createLastKnown<TenantProfile>({ ageMaxMs: COPY_AGE_MAX_MS, entriesMax: COPIES_MAX });
  return (context) =>
    copies.read(context.tenantId, () =>
      withDeadline(READ_LIMIT_MS, context.signal, (signal) => find(database, { ...context, signal })),
    );
}

async function find(database: TenantDatabase, context: TenantContext): Promise<TenantProfile> {
  const [profile] = await database.read(context, (tx) => tx.query<TenantProfile>(FIND));
  if (!profile) throw new ProblemError('NOT_FOUND');
  return profile;
}
