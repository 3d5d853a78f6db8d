import { z } from "zod";

import type { Redis, RedisSubscriber } from "#platform/redis/index.ts";

import { type Push, pushSchema } from "./push.ts";

/** Carries pushes between the instances of the service. */
export interface PushBus {
  /** Hears what other instances push to this user. Gives the function that ends it. */
  listen(userId: string, hear: (push: Push) => void): () => void;
  /** Gives how many other instances listen for the user. Rejects where they cannot be told. */
  publish(userId: string, push: Push): Promise<number>;
}

export interface RedisPushBusOptions {
  readonly redis: Pick<Redis, "command">;
  readonly subscriber: Pick<RedisSubscriber, "subscribe" | "isListening">;
  /** Names this instance, so that it does not hear itself. */
  readonly instanceId: string;
  /** Before every channel; default `banyan:`. */
  readonly prefix?: string;
}

/** In bytes; the largest push is smaller by far. */
const MAX_MESSAGE_BYTES = 262_144;

const envelope = z.strictObject({ from: z.string().max(100), push: pushSchema });

function readMessage(message: string): z.infer<typeof envelope> | undefined {
  if (message.length > MAX_MESSAGE_BYTES) return undefined;
  try {
    return envelope.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}

/**
 * One channel for each user who has a socket here: whoever publishes learns from Redis how many instances listen, and
 * nobody hears of users that are not its own.
 */
export function createRedisPushBus({
  redis,
  subscriber,
  instanceId,
  prefix = "banyan:",
}: RedisPushBusOptions): PushBus {
  const own = new Set<string>();
  return {
    listen(userId, hear) {
      own.add(userId);
      const leave = subscriber.subscribe(`${prefix}push:${userId}`, (message) => {
        const read = readMessage(message);
        if (read !== undefined && read.from !== instanceId) hear(read.push);
      });
      return () => {
        own.delete(userId);
        leave();
      };
    },
    async publish(userId, push) {
      const message = JSON.stringify({ from: instanceId, push } satisfies z.input<typeof envelope>);
      const heard = await redis.command("PUBLISH", `${prefix}push:${userId}`, message);
      const isOwnHeard = own.has(userId) && subscriber.isListening();
      return Math.max(0, z.number().parse(heard) - (isOwnHeard ? 1 : 0));
    },
  };
}
