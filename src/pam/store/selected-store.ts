import type { Flags } from "#platform/flags/index.ts";

import type { PamInstanceStore, TurnLease } from "./pam-instance-store.ts";

/** Says for one user's call whether the shared store is used. */
export type UsesSharedStore = (userId: string) => boolean;

/** By the flag `pam.store.redis`, for the same cohorts as routes. */
export const usesSharedStore =
  (flags: Pick<Flags, "evaluate">): UsesSharedStore =>
  (userId) =>
    flags.evaluate("pam.store.redis", { key: userId }) === "on";

export interface SelectedStoreOptions {
  /** Both over the same process memory: whichever is chosen knows what the other did in this process. */
  readonly inMemory: PamInstanceStore;
  readonly shared: PamInstanceStore;
  readonly usesShared: UsesSharedStore;
}

/**
 * Chooses a store for each call, so that the shared one can be taken into use and out of it while the process
 * runs. A turn ends in the store in which it began.
 */
export function createSelectedStore({
  inMemory,
  shared,
  usesShared,
}: SelectedStoreOptions): PamInstanceStore {
  const begunIn = new WeakMap<TurnLease, PamInstanceStore>();
  const storeOf = (userId: string): PamInstanceStore => (usesShared(userId) ? shared : inMemory);
  return {
    async beginTurn(turn, signal) {
      const store = storeOf(turn.userId);
      const lease = await store.beginTurn(turn, signal);
      begunIn.set(lease, store);
      return lease;
    },
    read: async (userId) => storeOf(userId).read(userId),
    update: async (userId, state) => storeOf(userId).update(userId, state),
    takePending: async (userId) => storeOf(userId).takePending(userId),
    append: async (lease, messages) =>
      (begunIn.get(lease) ?? storeOf(lease.userId)).append(lease, messages),
    forget: async (userId) => storeOf(userId).forget(userId),
    health: () => shared.health(),
    async close() {
      await shared.close();
      await inMemory.close();
    },
  };
}
