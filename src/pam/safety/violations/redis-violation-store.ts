import { z } from "zod";

import type { Clock } from "#platform/clock.ts";
import type { Redis, RedisScript } from "#platform/redis/index.ts";

import { SECURITY_EVENTS } from "../security-event.ts";
import {
  toTop,
  VIOLATION_EXPIRY_MS,
  type ViolationCount,
  type ViolationStore,
} from "./violation-store.ts";

export interface RedisViolationStoreOptions {
  readonly redis: Redis;
  readonly clock: Pick<Clock, "now">;
  /** Counts while Redis is away. */
  readonly fallback: ViolationStore;
  /** Before every key; default `banyan:`. */
  readonly prefix?: string;
}

/** Users with the most recent violations that an audit looks at. */
const MAX_AUDITED = 1_000;

/** The index holds each user at the time of their last violation, so that nobody has to scan all keys. */
const RECORD: RedisScript = {
  name: "record-violation",
  lua: `
    local count = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[4] - ARGV[2])
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
    redis.call('PEXPIRE', KEYS[2], ARGV[2])
    return count`,
};

const READ: RedisScript = {
  name: "read-violations",
  lua: `
    local rows = {}
    for _, user in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)) do
      table.insert(rows, { user, redis.call('HGETALL', ARGV[1] .. user) })
    end
    return rows`,
};

const CLEAR: RedisScript = {
  name: "clear-violations",
  lua: `
    for _, user in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
      redis.call('DEL', ARGV[1] .. user)
    end
    redis.call('DEL', KEYS[1])`,
};

const rowsSchema = z.array(z.tuple([z.string(), z.array(z.string())]));

function toCounts([userId, fields]: readonly [string, readonly string[]]): ViolationCount[] {
  return SECURITY_EVENTS.flatMap((event) => {
    const at = fields.findIndex((field, index) => index % 2 === 0 && field === event);
    return at === -1 ? [] : [{ userId, event, count: Number(fields[at + 1]) }];
  });
}

/** Shared by all processes. Where Redis does not answer, the fallback does. */
export function createRedisViolationStore({
  redis,
  clock,
  fallback,
  prefix = "banyan:",
}: RedisViolationStoreOptions): ViolationStore {
  const userPrefix = `${prefix}pam:viol:`;
  const index = `${prefix}pam:viol-index`;
  return {
    async record(userId, event) {
      try {
        const args = [event, VIOLATION_EXPIRY_MS, userId, clock.now()];
        return z.number().parse(await redis.run(RECORD, [userPrefix + userId, index], args));
      } catch {
        return fallback.record(userId, event);
      }
    },
    async top(limit) {
      try {
        const rows = rowsSchema.parse(await redis.run(READ, [index], [userPrefix, MAX_AUDITED]));
        return toTop(rows.flatMap(toCounts), limit);
      } catch {
        return fallback.top(limit);
      }
    },
    async clear() {
      await fallback.clear();
      await redis.run(CLEAR, [index], [userPrefix]);
    },
  };
}
