export { createRedis } from "#platform/redis/create-redis.ts";
export { RedisUnavailable, type Redis, type RedisScript } from "#platform/redis/redis.ts";
export { createRedisSubscriber, type RedisSubscriber } from "#platform/redis/subscriber.ts";
