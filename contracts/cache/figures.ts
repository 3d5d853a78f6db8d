import { z } from "zod";

import { count } from "#contracts/schema/values.ts";

const percent = z.string().regex(/^\d+\.\d\d%$/);

export const performance = z.strictObject({
  hit_rate: percent,
  memory_hit_rate: percent,
  total_requests: count,
  hits: count,
  misses: count,
});

export const levels = z.strictObject({
  memory_items: count,
  memory_size_bytes: count,
  redis_connected: z.boolean(),
});

export const efficiency = z.strictObject({
  evictions: count,
  compression_ratio: z.number(),
  avg_response_size: z.number(),
});
