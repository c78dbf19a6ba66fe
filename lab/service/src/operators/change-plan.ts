import * as z from 'zod';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { CrossTenantDatabase } from '../platform/tenant-transaction.ts';

export const planSchema = z.enum(['free', 'pro', 'enterprise']);

interface PlanChange {
  readonly slug: string;
  readonly plan: z.output<typeof planSchema>;
  readonly requestId: string;
}

interface ChangePlanParts {
  readonly database: CrossTenantDatabase;
  /** Tells all processes that limit requests. Undefined where none are limited. */
  readonly announce: ((tenantId: string, plan: string) => Promise<void>) | undefined;
  readonly log: Log;
}

const CHANGE = 'UPDATE tenants SET plan = $2 WHERE slug = $1 RETURNING id';

/**
 * Puts a tenant on another plan. Tokens that are out carry the old one until they lapse, so the change is announced as
 * well. Throws NOT_FOUND, or LIMITS_UNAVAILABLE: then the plan is changed, and the same request announces it later.
 */
export function createChangePlan({ database, announce, log }: ChangePlanParts): (change: PlanChange) => Promise<void> {
  return async ({ slug, plan, requestId }) => {
    const [tenant] = await database.write((tx) => tx.query<{ id: string }>(CHANGE, [slug, plan]));
    if (!tenant) throw new ProblemError('NOT_FOUND', { detail: 'There is no such tenant.' });
    log.info({ requestId, tenant: tenant.id, plan }, 'plan changed');
    await announce?.(tenant.id, plan).catch((cause: unknown) => {
      const detail = 'The plan is changed, but holds only for new tokens. Send the request again.';
      throw new ProblemError('LIMITS_UNAVAILABLE', { detail, retryAfterSeconds: 1, cause });
    });
  };
}
