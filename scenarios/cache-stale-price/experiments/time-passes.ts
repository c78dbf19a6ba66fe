import type { ExperimentHandle } from '@lab/sdk';

/** Less than an entry lives, and more than anybody can call a moment. */
const passedMs = 200_000;

/** ARGV: how long, and words of which a key must have one; without any all keys count. */
const PASS = `
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local isMeant = #ARGV == 1
    for word = 2, #ARGV do isMeant = isMeant or string.find(key, ARGV[word], 1, true) end
    local left = redis.call('PTTL', key)
    if isMeant and left > 0 then redis.call('PEXPIRE', key, math.max(1, left - ARGV[1])) end
  end
  return 1`;

/**
 * For the cache, minutes pass: each key has so much less to live, of those that name one of these ids, or of all. Nothing
 * may be under way that the keys belong to. What guards a book after a save is over then, and what it guarded against
 * may not stand there all the same.
 */
export async function letMinutesPass(h: ExperimentHandle, ids: readonly string[] = []): Promise<void> {
  await h.cache.command('EVAL', PASS, 0, passedMs, ...ids);
  // Until what has a millisecond to live is gone.
  await h.clock.sleep(5);
}
