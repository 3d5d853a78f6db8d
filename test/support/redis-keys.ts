import { z } from "zod";

import type { Redis } from "#platform/redis/index.ts";

const keysSchema = z.array(z.string());

async function ageKey(redis: Redis, key: string, ms: number): Promise<void> {
  const leftMs = z.number().parse(await redis.command("PTTL", key));
  if (leftMs < 0) return;
  // A time to live of 0 or less deletes the key.
  await redis.command("PEXPIRE", key, leftMs - ms);
}

/** Brings the end of every key that has one nearer, as if the time had passed. */
export async function ageKeys(redis: Redis, ms: number): Promise<void> {
  const keys = keysSchema.parse(await redis.command("KEYS", "*"));
  await Promise.all(keys.map(async (key) => ageKey(redis, key, ms)));
}
