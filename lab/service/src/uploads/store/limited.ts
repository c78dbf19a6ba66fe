/** Waits at most `ms`. What is waited for goes on: the caller ends it. */
export async function limited<T>(work: Promise<T>, ms: number, error: () => Error): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(error()), ms);
  return await Promise.race([work, expired]).finally(() => clearTimeout(timer));
}
