import { z } from "zod";

import type { Redis } from "#platform/redis/index.ts";
import { createWait, type Scheduler } from "#platform/resilience/scheduler.ts";

import { EXPIRY_MS } from "../held-instances.ts";
import type { InstanceKeys } from "./keys.ts";
import { BEGIN_TURN, END_TURN, RENEW_TURN } from "./scripts.ts";

/** How long a turn outlives a process that died in it. */
export const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** How often a turn that waits looks whether it may begin. */
const POLL_MS = 50;

/** A turn that no other process runs meanwhile. */
export interface SharedTurn {
  readonly fence: number;
  /** Aborted when another process has the turn. */
  readonly signal: AbortSignal;
  end(): Promise<void>;
}

export interface SharedTurns {
  /** Rejects with the signal's reason, or because Redis cannot tell who has the turn. */
  begin(keys: InstanceKeys, signal: AbortSignal): Promise<SharedTurn>;
}

const replySchema = z.number();

/** One turn at a time per user among all processes: a lock with a lease, renewed while the turn runs. */
export function createSharedTurns(redis: Redis, scheduler: Scheduler): SharedTurns {
  const wait = createWait(scheduler);

  async function acquire({ lock, fence }: InstanceKeys, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      // oxlint-disable-next-line no-await-in-loop -- it asks until it may begin
      const reply = await redis.run(BEGIN_TURN, [lock, fence], [LEASE_MS, EXPIRY_MS]);
      const taken = replySchema.parse(reply);
      if (taken > 0) return taken;
      // oxlint-disable-next-line no-await-in-loop -- the pause between two questions
      await wait(POLL_MS, signal);
    }
  }

  /** Gives the function that ends the renewing. */
  function keep(keys: InstanceKeys, fence: number, onLost: () => void): () => void {
    let hasEnded = false;
    let cancel = scheduler.after(RENEW_MS, renew);

    async function isStillOurs(): Promise<boolean> {
      const args = [fence, LEASE_MS, EXPIRY_MS];
      return replySchema.parse(await redis.run(RENEW_TURN, [keys.lock, keys.fence], args)) === 1;
    }

    function renew(): void {
      void renewLease();
    }

    async function renewLease(): Promise<void> {
      // While Redis is away nobody can take the turn either.
      const isOurs = await isStillOurs().catch(() => true);
      if (hasEnded) return;
      if (isOurs) cancel = scheduler.after(RENEW_MS, renew);
      else onLost();
    }

    return () => {
      hasEnded = true;
      cancel();
    };
  }

  return {
    async begin(keys, signal) {
      const fence = await acquire(keys, signal);
      const lost = new AbortController();
      const stopRenewing = keep(keys, fence, () => {
        lost.abort(new Error("Cannot go on with the turn: another process has it"));
      });
      return {
        fence,
        signal: lost.signal,
        async end() {
          stopRenewing();
          // Without an answer the lease ends by itself.
          await redis.run(END_TURN, [keys.lock], [fence]).catch(() => {});
        },
      };
    },
  };
}
