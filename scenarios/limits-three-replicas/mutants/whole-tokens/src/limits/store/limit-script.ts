import { SLOT_RETRY_MS } from '../algorithms/leased-slots.ts';
import { SLOTS_PER_WINDOW } from '../algorithms/sliding-window.ts';

/** What the script answers for "never". Redis has whole numbers only. */
export const NEVER = -1;

// One clock for all replicas: their own may differ by seconds.
const SERVER_TIME = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const WHOLE = `
local NEVER = ${NEVER}
local function whole(number) return string.format('%.0f', number) end`;

// Whole tokens come back: fractions would drift.
const BUCKET = `
local function bucket(key, limit, window, burst)
  local stored = redis.call('HMGET', key, 'spent', 'at')
  local spent, at = tonumber(stored[1] or 0), tonumber(stored[2] or now)
  local capacity = burst * window
  local tokens = math.floor(math.max(0, now - at) * limit / window)
  local missing = math.max(0, spent - tokens * window)
  local before = math.min(capacity, missing)
  local function take(cost)
    local after = before + cost * window
    local allowed = after <= capacity
    local kept = allowed and after or before
    local left = capacity - kept
    local remaining = math.floor(left / window)
    local retry = 0
    if not allowed then retry = cost > burst and NEVER or math.ceil((after - capacity) / limit) end
    local more = math.ceil(((remaining + 1) * window - left) / limit)
    local function save()
      redis.call('HSET', key, 'spent', whole(kept), 'at', whole(now))
      redis.call('PEXPIRE', key, whole(math.ceil(kept / limit)))
    end
    return { allowed = allowed, remaining = remaining, retry = retry, more = more, save = save }
  end
  return take
end`;

// countInWindow of sliding-window.ts. A hash holds the slots: its entries never merge, whatever comes at one instant.
const WINDOW = `
local function total_of(slots)
  local total = 0
  for _, slot in ipairs(slots) do total = total + slot[2] end
  return total
end

local function window(key, limit, window_ms)
  local slot_ms = math.ceil(window_ms / ${SLOTS_PER_WINDOW})
  local slot_count = math.ceil(window_ms / slot_ms)
  local current = math.floor(now / slot_ms)
  local function leaves_in(slot) return (slot + slot_count + 1) * slot_ms - now end
  local function until_gone(slots, count)
    local gone = 0
    for _, slot in ipairs(slots) do
      gone = gone + slot[2]
      if gone >= count then return leaves_in(slot[1]) end
    end
    return NEVER
  end

  local before, expired = {}, {}
  local stored = redis.call('HGETALL', key)
  for i = 1, #stored, 2 do
    local slot = tonumber(stored[i])
    if slot >= current - slot_count then before[#before + 1] = { slot, tonumber(stored[i + 1]) }
    else expired[#expired + 1] = stored[i] end
  end
  table.sort(before, function(a, b) return a[1] < b[1] end)
  local used = total_of(before)

  local function with(cost)
    local slots, found = {}, false
    for i, slot in ipairs(before) do
      local own = slot[1] == current
      found = found or own
      slots[i] = { slot[1], own and slot[2] + cost or slot[2] }
    end
    if not found then slots[#slots + 1] = { current, cost } end
    table.sort(slots, function(a, b) return a[1] < b[1] end)
    return slots
  end

  local function take(cost)
    local allowed = used + cost <= limit
    local charged = allowed and cost > 0
    local slots = charged and with(cost) or before
    local total = total_of(slots)
    local remaining = math.max(0, limit - total)
    local retry = allowed and 0 or until_gone(before, used + cost - limit)
    local more = #slots > 0 and until_gone(slots, total + remaining + 1 - limit) or window_ms
    local function save()
      if #expired > 0 then redis.call('HDEL', key, unpack(expired)) end
      if charged then redis.call('HINCRBY', key, whole(current), whole(cost)) end
      if #slots > 0 then redis.call('PEXPIRE', key, whole(leaves_in(slots[#slots][1]))) end
    end
    return { allowed = allowed, remaining = remaining, retry = retry, more = more, save = save }
  end
  return take
end`;

// takeSlot of leased-slots.ts. ARGV[2] names the lease, so that it can be given back.
const SLOTS = `
local function slots(key, limit, lease_ms)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now))
  local held = redis.call('ZCARD', key)
  local function take(cost)
    local wanted = math.min(cost, 1)
    local allowed = held + wanted <= limit
    local taken = allowed and held + wanted or held
    local function save()
      if allowed and wanted > 0 then
        redis.call('ZADD', key, whole(now + lease_ms), ARGV[2])
        redis.call('PEXPIRE', key, whole(lease_ms))
      end
    end
    return {
      allowed = allowed, remaining = math.max(0, limit - taken),
      retry = allowed and 0 or ${SLOT_RETRY_MS}, more = ${SLOT_RETRY_MS}, save = save
    }
  end
  return take
end`;

// decide of decide.ts. KEYS: one for each limit. ARGV: cost, lease, then kind, limit, windowMs or leaseMs, burst of each.
const DECIDE = `
local kinds = { bucket = bucket, window = window, slots = slots }
local cost = tonumber(ARGV[1])
local takes, asked, allowed = {}, {}, true
for i, key in ipairs(KEYS) do
  local at = 4 * i - 1
  takes[i] = kinds[ARGV[at]](key, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]))
  asked[i] = takes[i](cost)
  allowed = allowed and asked[i].allowed
end
local reply = {}
for i in ipairs(KEYS) do
  local settled = allowed and asked[i] or takes[i](0)
  settled.save()
  reply[i] = { asked[i].allowed and 1 or 0, settled.remaining, asked[i].retry, settled.more }
end
return reply`;

/** Decides about all limits of one subject in one step of the server. `clock` is Lua that sets the local `now`, in ms. */
export function limitScript(clock: string = SERVER_TIME): string {
  return [clock, WHOLE, BUCKET, WINDOW, SLOTS, DECIDE].join('\n');
}
