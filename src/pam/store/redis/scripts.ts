import type { RedisScript } from "#platform/redis/index.ts";

/** KEYS state, history. ARGV expiry in ms. Gives the state's fields and the messages. */
export const READ_INSTANCE: RedisScript = {
  name: "read-instance",
  lua: `
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    redis.call('PEXPIRE', KEYS[2], ARGV[1])
    return { redis.call('HGETALL', KEYS[1]), redis.call('LRANGE', KEYS[2], 0, -1) }`,
};

/** KEYS state. Gives what waits for the user's yes, to whoever asks first. */
export const TAKE_PENDING: RedisScript = {
  name: "take-pending",
  lua: `
    local pending = redis.call('HGET', KEYS[1], 'pending')
    redis.call('HDEL', KEYS[1], 'pending')
    return pending`,
};

/**
 * KEYS state, history, fence. ARGV expiry in ms, most messages, 1 to forget first, number of state arguments, then
 * these, then fence and text of each message. Gives the texts that a later turn superseded. It may be repeated:
 * a message that is there already is not added again, and the last activity never goes back.
 */
export const SAVE_INSTANCE: RedisScript = {
  name: "save-instance",
  lua: `
    local expiry, most, forget, fields = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
    if forget == '1' then redis.call('DEL', KEYS[1], KEYS[2]) end

    local seen = tonumber(redis.call('HGET', KEYS[1], 'last_activity') or '0') or 0
    for i = 5, 4 + fields, 2 do
      local isOlder = ARGV[i] == 'last_activity' and tonumber(ARGV[i + 1]) < seen
      if not isOlder then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
    end

    local known = {}
    for _, text in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do known[text] = true end
    local newest = tonumber(redis.call('GET', KEYS[3]) or '0')
    local superseded = {}
    for i = 5 + fields, #ARGV, 2 do
      local fence, text = tonumber(ARGV[i]), ARGV[i + 1]
      if fence > 0 and newest > fence then
        table.insert(superseded, text)
      elseif not known[text] then
        redis.call('RPUSH', KEYS[2], text)
      end
    end
    redis.call('LTRIM', KEYS[2], -most, -1)

    redis.call('PEXPIRE', KEYS[1], expiry)
    redis.call('PEXPIRE', KEYS[2], expiry)
    return superseded`,
};

/** KEYS lock, fence. ARGV lease in ms, expiry in ms. Gives the turn's fence, or 0 while another has it. */
export const BEGIN_TURN: RedisScript = {
  name: "begin-turn",
  lua: `
    if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
    local fence = redis.call('INCR', KEYS[2])
    redis.call('PEXPIRE', KEYS[2], ARGV[2])
    redis.call('SET', KEYS[1], fence, 'PX', ARGV[1])
    return fence`,
};

/**
 * KEYS lock, fence. ARGV fence, lease in ms, expiry in ms. Gives 1 while the turn is still ours: also where its
 * lease ran out and nobody came, and where the server lost everything.
 */
export const RENEW_TURN: RedisScript = {
  name: "renew-turn",
  lua: `
    local holder = redis.call('GET', KEYS[1])
    if holder and holder ~= ARGV[1] then return 0 end
    local newest = tonumber(redis.call('GET', KEYS[2]) or '0')
    if newest > tonumber(ARGV[1]) then return 0 end
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1`,
};

/** KEYS lock. ARGV fence. */
export const END_TURN: RedisScript = {
  name: "end-turn",
  lua: `
    if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`,
};
