import { randomUUID } from "node:crypto";

import { z } from "zod";

import type { RateLimit } from "#pam/rate-limits/limits.ts";
import {
  type Attempt,
  createSlidingWindow,
  type WindowUsage,
} from "#pam/rate-limits/sliding-window.ts";
import type { Clock } from "#platform/clock.ts";
import type { Redis, RedisScript } from "#platform/redis/index.ts";

/** So many uses for each key in any window of time, counted among all instances. */
export interface SharedWindow {
  /** What is refused does not count. Never rejects: without its store it goes on by what this process has seen. */
  take(key: string): Promise<Attempt>;
  /** Uses nothing up. Never rejects. */
  usage(key: string): Promise<WindowUsage>;
  /** Of keys with at least one use in their window, as far as it passed through this process. */
  activity(): { readonly keys: number; readonly uses: number };
}

export interface SharedWindowOptions {
  /** What is counted; the same in all instances. */
  readonly name: string;
  readonly limit: RateLimit;
  /** Absent: this process is alone. */
  readonly redis: Pick<Redis, "run"> | undefined;
  readonly clock: Clock;
}

/** Gives whether it was taken, how many there are, and when the oldest was. An empty use takes nothing. */
const TAKE: RedisScript = {
  name: "take-of-window",
  lua: `
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
    local used = redis.call('ZCARD', KEYS[1])
    local taken = 0
    if ARGV[4] ~= '' and used < tonumber(ARGV[3]) then
      redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
      redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
      used = used + 1
      taken = 1
    end
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
    return { taken, used, oldest or ARGV[1] - ARGV[2] }`,
};

const reply = z.tuple([z.number(), z.number(), z.coerce.number()]);

export function createSharedWindow({
  name,
  limit: { maxRequests: maxUses, windowSeconds },
  redis,
  clock,
}: SharedWindowOptions): SharedWindow {
  const windowMs = windowSeconds * 1_000;
  const own = createSlidingWindow({ maxUses, windowMs, clock });

  /** `undefined` where there is nobody to ask. */
  async function ask(key: string, use: string): Promise<Attempt | undefined> {
    if (redis === undefined) return undefined;
    const nowMs = clock.now();
    try {
      const args = [nowMs, windowMs, maxUses, use];
      const found = await redis.run(TAKE, [`banyan:limit:${name}:${key}`], args);
      const [taken, used, oldestMs] = reply.parse(found);
      const resetMs = Math.max(0, oldestMs + windowMs - nowMs);
      return { isAllowed: taken === 1, usage: { used, resetMs } };
    } catch {
      return undefined;
    }
  }

  return {
    async take(key) {
      const attempt = await ask(key, randomUUID());
      // What others allowed is counted here as well, so that nothing is forgotten when they are away.
      if (attempt === undefined || attempt.isAllowed) {
        const ownAttempt = own.take(key);
        return attempt ?? ownAttempt;
      }
      return attempt;
    },
    async usage(key) {
      const attempt = await ask(key, "");
      return attempt?.usage ?? own.usage(key);
    },
    activity: () => own.activity(),
  };
}
