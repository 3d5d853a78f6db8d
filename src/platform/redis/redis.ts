import type { Closeable } from "#platform/lifecycle.ts";

/** A Lua script with a name for logs. It runs atomically; all its keys are given to it. */
export interface RedisScript {
  readonly name: string;
  readonly lua: string;
}

export interface RedisHealth {
  /** `idle`: nobody has asked yet, and nothing is connected. `away`: commands are refused at once. */
  readonly state: "idle" | "connecting" | "ready" | "away";
  /** What is wrong, for a person to read. */
  readonly problem: string | undefined;
}

export type RedisArgument = string | number;

/**
 * A Redis server that may go away at any time. Every call settles within 250 ms, connecting included; while
 * the server is away, at once. A call that rejects may still have been carried out.
 */
export interface Redis extends Closeable {
  /** Rejects with `RedisUnavailable` where there is no answer, else with what the server says is wrong. */
  command(name: string, ...args: readonly RedisArgument[]): Promise<unknown>;
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly RedisArgument[],
  ): Promise<unknown>;
  health(): RedisHealth;
  /** Called each time the server can be used again. Gives the function that ends it. */
  onReady(listener: () => void): () => void;
}

/** No answer from the server: it cannot be reached, was lost, or took too long. */
export class RedisUnavailable extends Error {
  override readonly name = "RedisUnavailable";
}
