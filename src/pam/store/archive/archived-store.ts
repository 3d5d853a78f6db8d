import { systemClock, type Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import { createBackgroundTasks } from "#platform/resilience/background-tasks.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";

import type { HistoryMessage } from "../history-message.ts";
import type { PamInstanceStore, TurnLease } from "../pam-instance-store.ts";
import type { ConversationArchive } from "./conversation-archive.ts";

export interface ArchivedStoreOptions {
  readonly store: PamInstanceStore;
  readonly archive: ConversationArchive;
  readonly logger: Pick<Logger, "warn">;
  readonly clock?: Pick<Clock, "now">;
  readonly scheduler?: Scheduler;
}

export interface ArchivedStore extends PamInstanceStore {
  /** Resolves when the archive has what was kept up to now, or could not be told of it. */
  settled(userId: string): Promise<void>;
  /** Forgets what is known of a user beside the archive, from which their next turn is reminded. */
  forgetRecent(userId: string): Promise<void>;
}

/** A turn does not wait longer for what was said in earlier days. */
const LOAD_TIMEOUT_MS = 500;
/** Turns that wait for the database; beyond them it is not told of any more. */
const MAX_WAITING = 1_000;

/**
 * Writes what a store keeps into the archive as well, off the reply's path, and begins a user's first turn
 * with what the archive has of them.
 */
export function createArchivedStore({
  store,
  archive,
  logger,
  clock = systemClock,
  scheduler = systemScheduler,
}: ArchivedStoreOptions): ArchivedStore {
  const tasks = createBackgroundTasks(MAX_WAITING, (error) => {
    logger.warn({ problem: toMessage(error) }, "A turn was not archived");
  });

  async function loadSettled(userId: string): Promise<readonly HistoryMessage[]> {
    await tasks.settled(userId);
    return archive.load(userId);
  }

  async function load(userId: string): Promise<readonly HistoryMessage[]> {
    const { promise, resolve } = Promise.withResolvers<"late">();
    const cancel = scheduler.after(LOAD_TIMEOUT_MS, () => {
      resolve("late");
    });
    try {
      const loaded = await Promise.race([loadSettled(userId), promise]);
      if (loaded !== "late") return loaded;
      logger.warn({ problem: `no answer within ${LOAD_TIMEOUT_MS} ms` }, "No archive was read");
    } catch (error) {
      logger.warn({ problem: toMessage(error) }, "No archive was read");
    } finally {
      cancel();
    }
    return [];
  }

  async function recall(lease: TurnLease): Promise<void> {
    const { userId } = lease;
    if ((await store.read(userId)).history.length > 0) return;
    const messages = await load(userId);
    if (messages.length > 0) await store.append(lease, messages);
  }

  return {
    async beginTurn(turn, signal) {
      const lease = await store.beginTurn(turn, signal);
      try {
        await recall(lease);
        return lease;
      } catch (error) {
        await lease[Symbol.asyncDispose]();
        throw error;
      }
    },

    read: async (userId) => store.read(userId),
    update: async (userId, state) => store.update(userId, state),
    takePending: async (userId) => store.takePending(userId),

    async append(lease, messages) {
      const result = await store.append(lease, messages);
      if (result === "superseded") return result;
      const { userId, sessionId } = lease;
      const turn = { userId, sessionId, messages, atMs: clock.now() };
      if (!tasks.add(userId, async () => archive.record(turn))) {
        logger.warn({ problem: "too many turns wait for the database" }, "A turn was not archived");
      }
      return result;
    },

    async forget(userId) {
      await tasks.settled(userId);
      await archive.remove(userId);
      await store.forget(userId);
    },

    settled: async (userId) => tasks.settled(userId),
    forgetRecent: async (userId) => store.forget(userId),

    health: () => store.health(),

    async close() {
      await tasks.close();
      await store.close();
    },
  };
}
