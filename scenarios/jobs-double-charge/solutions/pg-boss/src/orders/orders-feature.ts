import { type RequestHandler, Router } from 'express';
import type { ChangeStock } from '../books/change-stock.ts';
import type { AddEvent } from '../outbox/outbox-event.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createCancelOrder } from './cancel-order.ts';
import { cancelRoutes } from './cancel-routes.ts';
import { createOrderRepository } from './order-repository.ts';
import { orderRoutes } from './order-routes.ts';
import { createPlaceOrder } from './place-order.ts';

interface OrdersFeatureParts {
  readonly database: TenantDatabase;
  readonly changeStock: ChangeStock;
  readonly addEvent: AddEvent;
  readonly authenticate: RequestHandler;
}

export function createOrdersFeature({ database, changeStock, addEvent, authenticate }: OrdersFeatureParts): Router {
  const orders = createOrderRepository(database);
  return Router().use(
    orderRoutes({ authenticate, orders, placeOrder: createPlaceOrder({ database, changeStock, addEvent }) }),
    cancelRoutes({ authenticate, cancelOrder: createCancelOrder({ database, changeStock }) }),
  );
}
