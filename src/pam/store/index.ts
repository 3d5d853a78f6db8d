/**
 * What the assistant remembers of a user between turns: language, a brief context, the last activity, what waits for
 * their yes, and the newest 20 messages. `InMemoryPamInstanceStore` is for one process, `RedisPamInstanceStore` for many.
 * `createSelectedStore` chooses between the two by flag, for each call; both get the same process memory, so
 * that a rollback keeps what this process has in hand. `createArchivedStore` goes around them: it writes
 * conversations into the database and recalls them.
 *
 * The legacy keeps all of it in one process for ever, without a lock: here it ends after 24 hours without use,
 * and a user's turns follow one another, wherever they run.
 */
export { createArchivedStore, type ArchivedStore } from "./archive/archived-store.ts";
export {
  createConversationArchive,
  type ConversationArchive,
} from "./archive/conversation-archive.ts";
export type { DatedMessage, HistoryMessage } from "./history-message.ts";
export { InMemoryPamInstanceStore } from "./in-memory-store.ts";
export { type InstanceState, toSnapshot } from "./instance-state.ts";
export type { PamInstanceStore, TurnLease } from "./pam-instance-store.ts";
export type { PendingConfirmation } from "./pending-confirmation.ts";
export { createProcessMemory } from "./process-memory.ts";
export { RedisPamInstanceStore } from "./redis/redis-store.ts";
export { createSelectedStore, usesSharedStore } from "./selected-store.ts";
export { showStoreHealth } from "./store-metrics.ts";
