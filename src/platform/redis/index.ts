export { createRedis, type RedisOptions } from "#platform/redis/create-redis.ts";
export {
  RedisUnavailable,
  type Redis,
  type RedisHealth,
  type RedisScript,
} from "#platform/redis/redis.ts";
