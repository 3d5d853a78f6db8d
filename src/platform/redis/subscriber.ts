import { Redis as Client } from "ioredis";

import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { CLIENT_OPTIONS } from "#platform/redis/client-options.ts";

/** A silent channel is the rule, so a lost server is only noticed by asking it. */
const PING_INTERVAL_MS = 10_000;
const SOCKET_SILENCE_MS = 25_000;
export type ChannelListener = (message: string) => void;

/**
 * Listens to channels of a Redis server that may go away at any time. What is published meanwhile is lost: who must
 * not miss it keeps it under a key as well and reads that in `onReady`.
 */
export interface RedisSubscriber extends Closeable {
  /** Connects with the first subscription. Gives the function that ends this one. A listener must not throw. */
  subscribe(channel: string, listener: ChannelListener): () => void;
  /** Called each time all channels are listened to, the first time included. Gives the function that ends it. */
  onReady(listener: () => void): () => void;
  isListening(): boolean;
}

export interface RedisSubscriberOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly logger: Logger;
}

/** A connection of its own: one that listens can carry no other command. */
export function createRedisSubscriber({ url, logger }: RedisSubscriberOptions): RedisSubscriber {
  const client = new Client(url, {
    ...CLIENT_OPTIONS,
    socketTimeout: SOCKET_SILENCE_MS,
    // What is listened to is kept here and said again after every connect.
    autoResubscribe: false,
  });
  const channels = new Map<string, Set<ChannelListener>>();
  const readyListeners = new Set<() => void>();
  let state: "idle" | "connecting" | "listening" | "away" | "closed" = "idle";
  let lastError = "the connection is closed";

  /** Its result comes with `subscribe`d or as the loss of the connection, which is told by `close`. */
  const send = (command: Promise<unknown>): void => {
    command.catch((error: unknown) => {
      lastError = toMessage(error);
    });
  };

  async function listen(): Promise<void> {
    try {
      if (channels.size > 0) await client.subscribe(...channels.keys());
    } catch (error) {
      lastError = toMessage(error);
      client.disconnect(true);
      return;
    }
    if (state === "closed") return;
    if (state === "away") logger.info({}, "Redis channels are listened to again");
    state = "listening";
    for (const listener of readyListeners) listener();
  }

  client.on("error", (error: unknown) => {
    lastError = toMessage(error);
  });
  client.on("ready", () => void listen());
  client.on("close", () => {
    if (state !== "away" && state !== "closed") {
      logger.warn({ problem: lastError }, "Redis channels are not listened to");
      state = "away";
    }
  });
  client.on("message", (channel: string, message: string) => {
    for (const listener of channels.get(channel) ?? []) listener(message);
  });
  const ping = setInterval(() => {
    if (state === "listening") send(client.ping());
  }, PING_INTERVAL_MS);
  ping.unref();

  return {
    subscribe(channel, listener) {
      const known = channels.get(channel);
      const listeners = known ?? new Set();
      listeners.add(listener);
      channels.set(channel, listeners);
      if (state === "idle") {
        state = "connecting";
        // What goes wrong is told by the events above.
        send(client.connect());
      } else if (known === undefined && client.status === "ready") {
        send(client.subscribe(channel));
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || channels.get(channel) !== listeners) return;
        channels.delete(channel);
        if (client.status === "ready") send(client.unsubscribe(channel));
      };
    },
    onReady(listener) {
      readyListeners.add(listener);
      return () => readyListeners.delete(listener);
    },
    isListening: () => state === "listening",
    async close() {
      state = "closed";
      clearInterval(ping);
      readyListeners.clear();
      channels.clear();
      client.disconnect();
    },
  };
}
