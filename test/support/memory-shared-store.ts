import type { SharedStore } from "#pam/response-cache/index.ts";
import type { Clock } from "#platform/clock.ts";

export interface MemorySharedStore extends SharedStore {
  /** Every call rejects while it is true. */
  isFailing: boolean;
  keys(): readonly string[];
  put(key: string, value: string): void;
}

/** What Redis is to the response cache, in a map. */
export function createMemorySharedStore(clock: Pick<Clock, "now">): MemorySharedStore {
  const values = new Map<string, { readonly value: string; readonly untilMs: number }>();
  const sets = new Map<string, Map<string, number>>();
  const live = (key: string): string | undefined => {
    const held = values.get(key);
    return held !== undefined && held.untilMs > clock.now() ? held.value : undefined;
  };
  const store: MemorySharedStore = {
    isFailing: false,
    isReachable: async () => !store.isFailing,
    keys: () => [...values.keys()].filter((key) => live(key) !== undefined),
    put(key, value) {
      values.set(key, { value: value, untilMs: Number.POSITIVE_INFINITY });
    },
    async getMany(keys) {
      if (store.isFailing) throw new Error("The store fails");
      return keys.map(live);
    },
    async set(entries, { set, member, untilMs }) {
      if (store.isFailing) throw new Error("The store fails");
      for (const { key, value, ttlMs } of entries) {
        values.set(key, { value, untilMs: clock.now() + ttlMs });
      }
      sets.set(set, (sets.get(set) ?? new Map<string, number>()).set(member, untilMs));
    },
    async deleteMany(keys) {
      if (store.isFailing) throw new Error("The store fails");
      const there = keys.filter((key) => live(key) !== undefined);
      for (const key of keys) values.delete(key);
      return there.length;
    },
    async members(set) {
      if (store.isFailing) throw new Error("The store fails");
      return [...(sets.get(set) ?? [])].flatMap(([member, untilMs]) =>
        untilMs > clock.now() ? [member] : [],
      );
    },
    async *keysBeginning(prefix) {
      if (store.isFailing) throw new Error("The store fails");
      // One key a page, so that a value and its metadata never come together.
      for (const key of store.keys()) if (key.startsWith(prefix)) yield [key];
    },
  };
  return store;
}
