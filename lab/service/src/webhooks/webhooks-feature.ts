import { type RequestHandler, Router } from 'express';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createDeliveryRepository } from './deliveries/delivery-repository.ts';
import { deliveryRoutes } from './deliveries/delivery-routes.ts';
import { createEndpointRepository } from './endpoints/endpoint-repository.ts';
import { endpointRoutes } from './endpoints/endpoint-routes.ts';
import { createEndpointSecrets } from './endpoints/endpoint-secrets.ts';
import { createManageEndpoints } from './endpoints/manage-endpoints.ts';
import { createSecretBox } from './endpoints/secret-box.ts';
import type { WebhookApiSettings } from './webhooks-variables.ts';

interface WebhooksFeatureParts {
  readonly database: TenantDatabase;
  readonly authenticate: RequestHandler;
  readonly settings: WebhookApiSettings;
}

/** What the API has of webhooks. Deliveries are made by a trigger on orders, and sent by the worker. */
export function createWebhooksFeature({ database, authenticate, settings }: WebhooksFeatureParts) {
  const endpoints = createEndpointRepository(database);
  const secrets = createEndpointSecrets(createSecretBox(settings.encryptionKey));
  const manage = createManageEndpoints({ endpoints, secrets, ...settings });
  const deliveries = createDeliveryRepository(database);
  const routes = Router();
  routes.use(endpointRoutes({ authenticate, endpoints, manage }), deliveryRoutes({ authenticate, deliveries }));
  return { routes };
}
