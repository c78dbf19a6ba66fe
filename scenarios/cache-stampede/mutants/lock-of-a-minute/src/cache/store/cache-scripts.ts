/**
 * Entries, tags and leases of the cache, each script atomic.
 *
 * A tag is a generation: a random word, made when somebody looks it up and it is not there. An entry remembers the
 * generations of its tags from before it was loaded, and counts only while they are the same. To drop everything under
 * a tag is to delete one key, however many entries there are. A generation that is lost never comes back, so losing one
 * costs a miss. There is no list of entries that could grow, or miss one.
 *
 * KEYS: entry, lease, then generation and writers of each tag; all of one scope, so of one slot in a cluster.
 */
const NOW = `local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const unlessBlocked = (reply: string) => `${NOW}
  for key = 4, #KEYS, 2 do
    if redis.call('ZCOUNT', KEYS[key], now, '+inf') > 0 then return ${reply} end
  end`;

/** ARGV: a new lease, its time, a new generation, the time of a generation. */
export const LOOKUP = `${unlessBlocked("{'blocked', '', ''}")}
  local found = {}
  for key = 3, #KEYS, 2 do
    local generation = redis.call('GET', KEYS[key])
    if not generation then
      generation = ARGV[3]
      redis.call('SET', KEYS[key], generation, 'PX', ARGV[4])
    end
    found[#found + 1] = generation
  end
  local generations = table.concat(found, ' ')
  local entry = redis.call('HMGET', KEYS[1], 'generations', 'value')
  if entry[1] == generations then return {'hit', generations, entry[2]} end
  local holder = redis.call('GET', KEYS[2])
  local prefix = generations .. ' '
  if holder and string.sub(holder, 1, #prefix) == prefix then return {'wait', generations, holder} end
  local lease = prefix .. ARGV[1]
  -- A load may be slow, and nobody is to begin another one meanwhile.
  redis.call('SET', KEYS[2], lease, 'PX', 60000)
  return {'load', generations, lease}`;

/** ARGV: the lease, its generations, the value, its time, the time of a generation. */
export const FILL = `
  if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
  ${unlessBlocked('0')}
  local found = {}
  for key = 3, #KEYS, 2 do found[#found + 1] = redis.call('GET', KEYS[key]) or '' end
  if table.concat(found, ' ') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], 'generations', ARGV[2], 'value', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  for key = 3, #KEYS, 2 do redis.call('PEXPIRE', KEYS[key], ARGV[5], 'GT') end
  return 1`;

/** KEYS: the lease. ARGV: what it must hold, its time. */
export const RENEW = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], 60000)`;
export const RELEASE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`;

/** KEYS from here on: generation and writers of each tag. ARGV: the writer, the time of its block. */
export const BLOCK = `${NOW}
  for key = 1, #KEYS, 2 do
    redis.call('DEL', KEYS[key])
    redis.call('ZADD', KEYS[key + 1], now + ARGV[2], ARGV[1])
    redis.call('PEXPIRE', KEYS[key + 1], ARGV[2])
  end
  return 1`;

/** 0 when a block was not there any more: the store has lost it, or its time was over. */
export const UNBLOCK = `${NOW}
  local held = 1
  for key = 1, #KEYS, 2 do
    local score = redis.call('ZSCORE', KEYS[key + 1], ARGV[1])
    if not score or tonumber(score) <= now then held = 0 end
    redis.call('ZREM', KEYS[key + 1], ARGV[1])
    redis.call('DEL', KEYS[key])
  end
  return held`;
