import { randomUUID } from "node:crypto";

import { z } from "zod";

import { FRAME_LIMIT } from "#pam/rate-limits/limits.ts";
import { type Attempt, createSlidingWindow } from "#pam/rate-limits/sliding-window.ts";
import type { Clock } from "#platform/clock.ts";
import type { Redis, RedisScript } from "#platform/redis/index.ts";

/** So many uses for each key in any window of time, counted among all instances. */
export interface SharedWindow {
  /** What is refused does not count. Never rejects: without its store it counts in the process. */
  take(key: string): Promise<Attempt>;
}

export interface FrameLimitOptions {
  /** Absent: this process is alone. */
  readonly redis: Pick<Redis, "run"> | undefined;
  readonly clock: Clock;
}

const PREFIX = "banyan:ws_rate_limit:";

/** Gives whether it was taken, how many there are, and when the oldest was. */
const TAKE: RedisScript = {
  name: "take-of-window",
  lua: `
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
    local used = redis.call('ZCARD', KEYS[1])
    local taken = 0
    if used < tonumber(ARGV[3]) then
      redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
      redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
      used = used + 1
      taken = 1
    end
    return { taken, used, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] }`,
};

const reply = z.tuple([z.number(), z.number(), z.coerce.number()]);

/** The limit of all frames of a user, whichever instance gets them. */
export function createFrameLimit({ redis, clock }: FrameLimitOptions): SharedWindow {
  const maxUses = FRAME_LIMIT.maxRequests;
  const windowMs = FRAME_LIMIT.windowSeconds * 1_000;
  const own = createSlidingWindow({ maxUses, windowMs, clock });
  return {
    async take(key) {
      if (redis === undefined) return own.take(key);
      const nowMs = clock.now();
      try {
        const args = [nowMs, windowMs, maxUses, randomUUID()];
        const [taken, used, oldestMs] = reply.parse(await redis.run(TAKE, [PREFIX + key], args));
        const resetMs = Math.max(0, oldestMs + windowMs - nowMs);
        return { isAllowed: taken === 1, usage: { used, resetMs } };
      } catch {
        return own.take(key);
      }
    },
  };
}
