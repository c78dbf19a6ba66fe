import { type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';
import type { ChangeStock } from '../books/change-stock.ts';
import type { AddEvent } from '../outbox/outbox-event.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createCancelOrder } from './cancel-order.ts';
import { cancelRoutes } from './cancel-routes.ts';
import { countOrders } from './order-metrics.ts';
import { createOrderRepository } from './order-repository.ts';
import { orderRoutes } from './order-routes.ts';
import { createPlaceOrder } from './place-order.ts';

interface OrdersFeatureParts {
  readonly database: TenantDatabase;
  readonly changeStock: ChangeStock;
  readonly addEvent: AddEvent;
  readonly authenticate: RequestHandler;
  readonly registry: Registry;
}

export function createOrdersFeature(parts: OrdersFeatureParts): Router {
  const { database, changeStock, addEvent, authenticate, registry } = parts;
  const orders = createOrderRepository(database);
  const placeOrder = countOrders(createPlaceOrder({ database, changeStock, addEvent }), registry);
  return Router().use(
    orderRoutes({ authenticate, orders, placeOrder }),
    cancelRoutes({ authenticate, cancelOrder: createCancelOrder({ database, changeStock }) }),
  );
}
