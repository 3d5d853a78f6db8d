import type { Clock } from "#platform/clock.ts";

import type { SecurityEventName } from "../security-event.ts";
import { toTop, VIOLATION_EXPIRY_MS, type ViolationStore } from "./violation-store.ts";

interface UserViolations {
  readonly counts: Map<SecurityEventName, number>;
  lastMs: number;
}

/** Beyond this many the user whose last violation is longest ago is forgotten. */
const MAX_USERS = 10_000;

export function createMemoryViolationStore(clock: Pick<Clock, "monotonicMs">): ViolationStore {
  /** In the order of the last violation, the oldest first. */
  const users = new Map<string, UserViolations>();

  function forgetExpired(): void {
    const expiredMs = clock.monotonicMs() - VIOLATION_EXPIRY_MS;
    for (const [userId, { lastMs }] of users) {
      if (lastMs > expiredMs && users.size <= MAX_USERS) return;
      users.delete(userId);
    }
  }

  return {
    async record(userId, event) {
      forgetExpired();
      const user = users.get(userId) ?? { counts: new Map<SecurityEventName, number>(), lastMs: 0 };
      const count = (user.counts.get(event) ?? 0) + 1;
      user.counts.set(event, count);
      user.lastMs = clock.monotonicMs();
      users.delete(userId);
      users.set(userId, user);
      return count;
    },
    async top(limit) {
      forgetExpired();
      const counts = [...users].flatMap(([userId, user]) =>
        Array.from(user.counts, ([event, count]) => ({ userId, event, count })),
      );
      return toTop(counts, limit);
    },
    async clear() {
      users.clear();
    },
  };
}
