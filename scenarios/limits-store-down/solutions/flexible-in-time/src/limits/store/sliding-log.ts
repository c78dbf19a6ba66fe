/**
 * In place of the fixed window of rate-limiter-flexible: a log of what was accepted, by the microsecond of the server.
 * KEYS: the log. ARGV: how many points, seconds (not used), the limit, and the window in seconds. Replies with how many
 * are counted, which is over the limit for a request that is refused and not counted, and after how many milliseconds
 * there is room. A reward comes as points below zero.
 */
export const SLIDING_LOG = `
local points, limit, window = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]) * 1000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function whole(number) return string.format('%.0f', number) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - window))
if points < 0 then redis.call('ZPOPMAX', KEYS[1], -points) end
local used = redis.call('ZCARD', KEYS[1])
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local wait = math.ceil(((oldest[2] or now) - now + window) / 1000)
if points <= 0 then return { used, wait } end
if used + points > limit then return { limit + points, math.max(1, wait) } end
local number, added = 0, 0
while added < points do
  added = added + redis.call('ZADD', KEYS[1], 'NX', whole(now), whole(now) .. ':' .. number)
  number = number + 1
end
redis.call('PEXPIRE', KEYS[1], whole(window / 1000))
return { used + points, wait }`;
