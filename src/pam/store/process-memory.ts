import { randomUUID } from "node:crypto";

import { systemClock, type Clock } from "#platform/clock.ts";

import { createHeldInstances, type HeldInstances } from "./held-instances.ts";
import type { DatedMessage, HistoryMessage } from "./history-message.ts";
import { createTurnQueue, type TurnQueue } from "./turn-queue.ts";

export interface ProcessMemoryOptions {
  readonly clock?: Clock;
  /** Names messages; default random UUIDs. */
  readonly createId?: () => string;
}

/**
 * What a process knows by itself. The stores of one process share it: whichever serves a call, a user has one
 * turn at a time and one history.
 */
export interface ProcessMemory {
  readonly instances: HeldInstances;
  readonly turns: TurnQueue;
  date(messages: readonly HistoryMessage[]): readonly DatedMessage[];
}

export function createProcessMemory({
  clock = systemClock,
  createId = randomUUID,
}: ProcessMemoryOptions = {}): ProcessMemory {
  return {
    instances: createHeldInstances(clock),
    turns: createTurnQueue(),
    date: (messages) =>
      messages.map((message) => ({ ...message, id: createId(), atMs: clock.now() })),
  };
}
