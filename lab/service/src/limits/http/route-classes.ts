/** `search` costs far more than the rest. `login` answers callers who are nobody yet. */
export type RouteClass = 'read' | 'write' | 'search' | 'login';

export interface ClassifiedRoute {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** The route's template, as its feature has it. */
  readonly path: string;
  readonly routeClass: RouteClass;
}

/** Routes that are not of the class that their method says. */
export const CLASSIFIED_ROUTES: readonly ClassifiedRoute[] = [
  { method: 'post', path: '/v2/auth/token', routeClass: 'login' },
  { method: 'get', path: '/v2/books', routeClass: 'search' },
];

/** Of all other routes, those that do not exist included: asking for them is no way around the limits. */
export function classOfMethod(method: string): RouteClass {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 'read' : 'write';
}
