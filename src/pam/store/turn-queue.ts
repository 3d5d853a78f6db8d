/** Gives the turn back. Harmless when called again. */
export type EndTurn = () => void;

/** One turn at a time per user within this process, first come first served. */
export interface TurnQueue {
  /** Rejects with the signal's reason while it waits. */
  enter(userId: string, signal: AbortSignal): Promise<EndTurn>;
}

export function createTurnQueue(): TurnQueue {
  /** Those who wait, by user; a user who is not in it has no turn running. */
  const waiting = new Map<string, Set<() => void>>();

  function leave(userId: string): void {
    const queue = waiting.get(userId);
    const [next] = queue ?? [];
    if (queue === undefined || next === undefined) {
      waiting.delete(userId);
      return;
    }
    queue.delete(next);
    next();
  }

  function toEndTurn(userId: string): EndTurn {
    let hasEnded = false;
    return () => {
      if (!hasEnded) leave(userId);
      hasEnded = true;
    };
  }

  return {
    async enter(userId, signal) {
      signal.throwIfAborted();
      const queue = waiting.get(userId);
      if (queue === undefined) {
        waiting.set(userId, new Set());
        return toEndTurn(userId);
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => {
        queue.delete(resolve);
        reject(signal.reason);
      };
      queue.add(resolve);
      signal.addEventListener("abort", abort, { once: true });
      try {
        await promise;
        return toEndTurn(userId);
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
  };
}
