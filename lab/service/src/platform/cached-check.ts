interface CachedCheckSettings {
  readonly timeoutMs: number;
  /** How long an answer is given again without asking. */
  readonly maxAgeMs: number;
  readonly now?: () => number;
}

/** Asks at most once per `maxAgeMs`, however many probes come in; an error or a late answer counts as false. */
export function createCachedCheck(
  check: () => Promise<unknown>,
  { timeoutMs, maxAgeMs, now = () => performance.now() }: CachedCheckSettings,
): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  let validUntil = 0;

  return () => {
    if (answer && now() < validUntil) return answer;
    validUntil = Number.POSITIVE_INFINITY;
    answer = succeedsWithin(check, timeoutMs).finally(() => {
      validUntil = now() + maxAgeMs;
    });
    return answer;
  };
}

async function succeedsWithin(check: () => Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const { promise: expired, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const succeeded = check().then(
    () => true,
    () => false,
  );
  return await Promise.race([succeeded, expired]).finally(() => clearTimeout(timer));
}
