import { hash } from "node:crypto";

import type { Clock } from "#platform/clock.ts";

export interface SoundCacheLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** A larger sound is not kept: one long text should not drive out a hundred short ones. */
  readonly maxEntryBytes: number;
}

export interface SoundCacheFigures {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

export interface SoundCache<Value> {
  get(key: string): Value | undefined;
  /** Keeps a value of this many bytes for a while; others leave where there is no room. */
  set(key: string, value: Value, size: { readonly bytes: number; readonly keepMs: number }): void;
  figures(): SoundCacheFigures;
}

/** The same for one text in one voice; it tells nothing of the text. */
export const toSoundKey = (text: string, voiceId: string): string =>
  hash("sha256", `${voiceId}\0${text}`);

interface Entry<Value> {
  readonly value: Value;
  readonly bytes: number;
  readonly untilMs: number;
}

/** Keeps the sounds asked for last, within bounds of number and size. */
export function createSoundCache<Value>(
  { maxEntries, maxBytes, maxEntryBytes }: SoundCacheLimits,
  clock: Pick<Clock, "monotonicMs">,
): SoundCache<Value> {
  // In the order of use: a Map gives its keys in the order in which they were put in.
  const entries = new Map<string, Entry<Value>>();
  let bytes = 0;
  let hits = 0;
  let misses = 0;
  let evictions = 0;

  function remove(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  function makeRoom(): void {
    for (const key of entries.keys()) {
      if (entries.size <= maxEntries && bytes <= maxBytes) return;
      remove(key);
      evictions += 1;
    }
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry !== undefined) entries.delete(key);
      if (entry === undefined || clock.monotonicMs() >= entry.untilMs) {
        bytes -= entry?.bytes ?? 0;
        misses += 1;
        return undefined;
      }
      entries.set(key, entry);
      hits += 1;
      return entry.value;
    },
    set(key, value, { bytes: size, keepMs }) {
      if (size > maxEntryBytes) return;
      remove(key);
      entries.set(key, { value, bytes: size, untilMs: clock.monotonicMs() + keepMs });
      bytes += size;
      makeRoom();
    },
    figures: () => ({ entries: entries.size, bytes, maxBytes, hits, misses, evictions }),
  };
}
