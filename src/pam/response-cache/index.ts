/** The cache of the assistant's answers, in two levels. It knows neither HTTP nor Redis. */
export type { CacheQuestion } from "#pam/response-cache/cache-key.ts";
export { COMPRESSION_THRESHOLD_BYTES } from "#pam/response-cache/pack-text.ts";
export {
  type CacheFigures,
  createResponseCache,
  DEFAULT_TTL_SECONDS,
  MAX_ITEMS,
  MAX_TTL_SECONDS,
  type ResponseCache,
} from "#pam/response-cache/response-cache.ts";
export type { EntryCriterion, EntrySelection } from "#pam/response-cache/selection.ts";
export { createRedisSharedStore } from "#pam/response-cache/redis-shared-store.ts";
export type { SharedStore } from "#pam/response-cache/shared-store.ts";
