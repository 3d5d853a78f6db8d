import { z } from "zod";

import type { SharedStore } from "#pam/response-cache/shared-store.ts";
import type { Clock } from "#platform/clock.ts";
import type { Redis, RedisScript } from "#platform/redis/index.ts";

/** How many keys one step of a walk looks at. */
const PAGE_SIZE = 500;

/**
 * KEYS: the values' keys, then the set. ARGV: value and time to live of each, then member, its time and now.
 * The set is a sorted one by time, and lives as long as its last member.
 */
const KEEP: RedisScript = {
  name: "keep-response",
  lua: `
    local set = KEYS[#KEYS]
    for i = 1, #KEYS - 1 do
      redis.call("SET", KEYS[i], ARGV[2 * i - 1], "PX", ARGV[2 * i])
    end
    redis.call("ZREMRANGEBYSCORE", set, "-inf", ARGV[#ARGV])
    redis.call("ZADD", set, ARGV[#ARGV - 1], ARGV[#ARGV - 2])
    local last = redis.call("ZRANGE", set, -1, -1, "WITHSCORES")
    redis.call("PEXPIREAT", set, last[2])
    return 1`,
};

const values = z.array(z.string().nullable());
const names = z.array(z.string());
const page = z.tuple([z.string(), names]);

/** Characters that mean something in a glob, so that a prefix stands for itself. */
const escapeGlob = (text: string): string => text.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);

/** The shared store of the response cache in Redis. Keys that begin otherwise are never touched. */
export function createRedisSharedStore(
  redis: Pick<Redis, "command" | "run">,
  clock: Pick<Clock, "now">,
): SharedStore {
  return {
    isReachable: async () => (await redis.command("PING")) === "PONG",
    async getMany(keys) {
      const reply = values.parse(await redis.command("MGET", ...keys));
      return reply.map((value) => value ?? undefined);
    },
    async set(entries, { set, member, untilMs }) {
      const keys = [...entries.map(({ key }) => key), set];
      const pairs = entries.flatMap(({ value, ttlMs }) => [value, Math.ceil(ttlMs)]);
      await redis.run(KEEP, keys, [...pairs, member, Math.ceil(untilMs), Math.floor(clock.now())]);
    },
    deleteMany: async (keys) => z.int().parse(await redis.command("UNLINK", ...keys)),
    members: async (set) =>
      names.parse(await redis.command("ZRANGEBYSCORE", set, `(${Math.floor(clock.now())}`, "+inf")),
    async *keysBeginning(prefix) {
      const pattern = `${escapeGlob(prefix)}*`;
      let cursor = "0";
      do {
        // oxlint-disable-next-line no-await-in-loop -- each step begins where the one before ended
        const reply = await redis.command("SCAN", cursor, "MATCH", pattern, "COUNT", PAGE_SIZE);
        const [next, keys] = page.parse(reply);
        if (keys.length > 0) yield keys;
        cursor = next;
      } while (cursor !== "0");
    },
  };
}
