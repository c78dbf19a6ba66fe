import express, { Router } from 'express';
import * as z from 'zod';
import { stateOf } from '../platform/request-context.ts';
import { parseInput } from '../platform/validation.ts';
import { createChangePlan, planSchema } from './change-plan.ts';

type OperatorsFeatureParts = Parameters<typeof createChangePlan>[0];

const bodySchema = z.strictObject({ plan: planSchema });

/** For the internal listener, which nobody but operators can reach: `PUT /operators/tenants/:slug/plan`. */
export function createOperatorsFeature(parts: OperatorsFeatureParts): { readonly routes: Router } {
  const changePlan = createChangePlan(parts);
  const routes = Router();

  routes.put('/operators/tenants/:slug/plan', express.json({ limit: '1kb' }), async (request, response) => {
    const { slug } = request.params;
    const { plan } = parseInput(bodySchema, request.body);
    await changePlan({ slug, plan, requestId: stateOf(response).requestId });
    response.json({ slug, plan });
  });

  return { routes };
}
