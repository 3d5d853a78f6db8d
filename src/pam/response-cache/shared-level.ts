import { z } from "zod";

import type { CacheEntry, EntryFilter } from "#pam/response-cache/cache-entry.ts";
import {
  fromMetadataKey,
  KEY_PREFIX,
  toIndexKey,
  toMetadataKey,
} from "#pam/response-cache/cache-key.ts";
import type { SharedStore } from "#pam/response-cache/shared-store.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** What stands beside an answer under its metadata key. Another writer's metadata need not look like this. */
const metadataSchema = z.object({
  user_id: z.string(),
  message: z.string(),
  expires_at_ms: z.number(),
});

export interface Found {
  readonly entry: CacheEntry;
  /** What is left of its time, above 0. */
  readonly ttlMs: number;
}

/** The level that instances share. Never rejects: a store that fails holds nothing, and says so once in the log. */
export interface SharedLevel {
  isReachable(): Promise<boolean>;
  get(key: string): Promise<Found | undefined>;
  set(entry: CacheEntry, ttlMs: number): Promise<void>;
  /** Forgets what is meant; answers and metadata count one each. Only one user's where there is an owner. */
  forget(isMeant: EntryFilter, owner: string | undefined): Promise<number>;
}

export interface SharedLevelOptions {
  readonly store: SharedStore;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "info" | "warn">;
}

type Metadata = z.infer<typeof metadataSchema>;

function readMetadata(text = "null"): Metadata | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return metadataSchema.safeParse(value).data;
  } catch {
    return undefined;
  }
}

export function createSharedLevel({ store, clock, logger }: SharedLevelOptions): SharedLevel {
  let isFailing = false;

  async function attempt<Value>(
    task: () => Promise<Value>,
    otherwise: NoInfer<Value>,
  ): Promise<Value> {
    try {
      const value = await task();
      if (isFailing) logger.info({}, "The shared response cache answers again");
      isFailing = false;
      return value;
    } catch (error) {
      if (!isFailing) {
        logger.warn(
          { error: toMessage(error) },
          "The shared response cache failed; answers are kept in memory only",
        );
      }
      isFailing = true;
      return otherwise;
    }
  }

  /** Keys of answers, a page at a time: one user's from the index, everybody's by walking the keys. */
  async function* candidates(owner: string | undefined): AsyncGenerator<readonly string[]> {
    if (owner !== undefined) {
      yield await store.members(toIndexKey(owner));
      return;
    }
    for await (const page of store.keysBeginning(KEY_PREFIX)) {
      // An answer whose metadata is gone is found by its own key.
      yield [...new Set(page.map((key) => fromMetadataKey(key) ?? key))];
    }
  }

  async function forgetPage(keys: readonly string[], isMeant: EntryFilter): Promise<number> {
    if (keys.length === 0) return 0;
    const metadata = await store.getMany(keys.map(toMetadataKey));
    const meant = keys.filter((key, at) => {
      const { user_id: userId = "", message = "" } = readMetadata(metadata[at]) ?? {};
      return isMeant({ key, userId, message });
    });
    if (meant.length === 0) return 0;
    return store.deleteMany(meant.flatMap((key) => [key, toMetadataKey(key)]));
  }

  return {
    isReachable: async () => attempt(async () => store.isReachable(), false),
    get: async (key) =>
      attempt(async () => {
        const [packed, text] = await store.getMany([key, toMetadataKey(key)]);
        const metadata = readMetadata(text);
        if (packed === undefined || metadata === undefined) return undefined;
        const { user_id: userId, message, expires_at_ms: expiresAtMs } = metadata;
        const ttlMs = expiresAtMs - clock.now();
        return ttlMs > 0 ? { entry: { key, userId, message, packed }, ttlMs } : undefined;
      }, undefined),
    set: async ({ key, userId, message, packed }, ttlMs) =>
      attempt(async () => {
        const expiresAtMs = clock.now() + ttlMs;
        const metadata: Metadata = { user_id: userId, message, expires_at_ms: expiresAtMs };
        await store.set(
          [
            { key, value: packed, ttlMs },
            { key: toMetadataKey(key), value: JSON.stringify(metadata), ttlMs },
          ],
          { set: toIndexKey(userId), member: key, untilMs: expiresAtMs },
        );
      }, undefined),
    forget: async (isMeant, owner) =>
      attempt(async () => {
        let forgotten = 0;
        for await (const page of candidates(owner)) {
          // oxlint-disable-next-line no-await-in-loop -- a page at a time is what keeps it gentle
          forgotten += await forgetPage(page, isMeant);
        }
        return forgotten;
      }, 0),
  };
}
