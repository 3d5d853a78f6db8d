import {
  type CacheCounters,
  type CountKind,
  createCacheCounting,
} from "#pam/response-cache/cache-counters.ts";
import type { CacheEntry, EntryFilter } from "#pam/response-cache/cache-entry.ts";
import { type CacheQuestion, normaliseMessage, toCacheKey } from "#pam/response-cache/cache-key.ts";
import { createMemoryLevel } from "#pam/response-cache/memory-level.ts";
import { MAX_TEXT_BYTES, packText, unpackText } from "#pam/response-cache/pack-text.ts";
import { type EntrySelection, toEntryFilter } from "#pam/response-cache/selection.ts";
import { createSharedLevel } from "#pam/response-cache/shared-level.ts";
import type { SharedStore } from "#pam/response-cache/shared-store.ts";
import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/logger.ts";

/** The legacy's figures. */
export const DEFAULT_TTL_SECONDS = 300;
export const MAX_ITEMS = 1_000;
export const MAX_TTL_SECONDS = 86_400;
const MAX_BYTES = 16_777_216;
/** As much of a message is kept to find its answer by. */
const MAX_MESSAGE_LENGTH = 200;
/** Another instance cannot take back what this one holds in memory; for so long it may be out of date. */
const MAX_MEMORY_TTL_MS = 30_000;

export interface CacheFigures extends CacheCounters {
  readonly memoryItems: number;
  readonly memoryBytes: number;
  readonly evictions: number;
  readonly isSharedReachable: boolean;
}

/**
 * Answers by the question they were given to, each for the user who asked, in memory and in a store that
 * instances share. An answer is JSON text; whoever reads one validates it, since its owner may have put it
 * there. Nothing rejects.
 */
export interface ResponseCache {
  read(question: CacheQuestion): Promise<string | undefined>;
  /** Keeps an answer unless it is over 256 KiB. */
  store(question: CacheQuestion, answer: string, ttlSeconds?: number): Promise<void>;
  /** The same where none is kept yet; says whether it was new. Counts as no lookup. */
  storeNew(question: CacheQuestion, answer: string, ttlSeconds?: number): Promise<boolean>;
  /**
   * Forgets, and says how much: an answer counts once for each level, and once for its metadata. What a shared
   * store that fails still holds is not counted, and stays until its time is over.
   */
  forget(selection: EntrySelection): Promise<number>;
  figures(): Promise<CacheFigures>;
  /** Sets the counters back. What is kept stays. */
  resetFigures(): void;
}

export interface ResponseCacheOptions {
  readonly clock: Clock;
  readonly logger: Pick<Logger, "info" | "warn">;
  /** Without one, answers are kept in this process only. */
  readonly sharedStore?: SharedStore | undefined;
  readonly maxItems?: number;
  readonly maxBytes?: number;
}

/** An answer to another user's question is none, even under the same key. */
const textFor = ({ userId }: CacheQuestion, entry: CacheEntry | undefined): string | undefined =>
  entry?.userId === userId ? unpackText(entry.packed) : undefined;

export function createResponseCache({
  clock,
  logger,
  sharedStore,
  maxItems = MAX_ITEMS,
  maxBytes = MAX_BYTES,
}: ResponseCacheOptions): ResponseCache {
  const memory = createMemoryLevel({ maxItems, maxBytes }, clock);
  const shared =
    sharedStore === undefined
      ? undefined
      : createSharedLevel({ store: sharedStore, clock, logger });
  const counting = createCacheCounting();
  let evictionsBefore = 0;
  /** One more each time something is forgotten. */
  let generation = 0;

  const remember = (entry: CacheEntry, ttlMs: number): void =>
    memory.set(entry, shared === undefined ? ttlMs : Math.min(ttlMs, MAX_MEMORY_TTL_MS));

  async function find(
    question: CacheQuestion,
    key: string,
  ): Promise<{ readonly kind: CountKind; readonly text: string | undefined }> {
    const held = textFor(question, memory.get(key));
    if (held !== undefined) return { kind: "memory-hit", text: held };
    const started = generation;
    const found = await shared?.get(key);
    const text = textFor(question, found?.entry);
    if (found === undefined || text === undefined) return { kind: "miss", text: undefined };
    if (generation === started) remember(found.entry, found.ttlMs);
    return { kind: "shared-hit", text };
  }

  async function keep(
    question: CacheQuestion,
    answer: string,
    ttlSeconds = DEFAULT_TTL_SECONDS,
  ): Promise<void> {
    const textBytes = Buffer.byteLength(answer);
    if (textBytes > MAX_TEXT_BYTES) return;
    const packed = packText(answer);
    const { userId, message } = question;
    const entry = {
      key: toCacheKey(question),
      userId,
      message: normaliseMessage(message).slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
      packed,
    };
    const ttlMs = Math.min(Math.max(1, Math.floor(ttlSeconds)), MAX_TTL_SECONDS) * 1_000;
    counting.countStored(textBytes, packed.length);
    remember(entry, ttlMs);
    await shared?.set(entry, ttlMs);
  }

  return {
    async read(question) {
      const { kind, text } = await find(question, toCacheKey(question));
      counting.count(kind);
      return text;
    },
    store: keep,
    async storeNew(question, answer, ttlSeconds) {
      const { text } = await find(question, toCacheKey(question));
      if (text !== undefined || Buffer.byteLength(answer) > MAX_TEXT_BYTES) return false;
      await keep(question, answer, ttlSeconds);
      return true;
    },
    async forget(selection) {
      generation += 1;
      const isMeant: EntryFilter = toEntryFilter(selection);
      const inMemory = memory.forget(isMeant);
      return inMemory + ((await shared?.forget(isMeant, selection.owner)) ?? 0);
    },
    figures: async () => ({
      ...counting.read(),
      memoryItems: memory.items,
      memoryBytes: memory.bytes,
      evictions: memory.evictions - evictionsBefore,
      isSharedReachable: (await shared?.isReachable()) ?? false,
    }),
    resetFigures() {
      counting.reset();
      evictionsBefore = memory.evictions;
    },
  };
}
