import type { FlagSource, Hold } from "#platform/flags/flag-source.ts";
import type { FlagsDocument } from "#platform/flags/flags-document.ts";
import type { FlagFreshness } from "#platform/flags/flags.ts";

/** The flags as another process holds them. */
export interface HeldState {
  readonly document: FlagsDocument;
  readonly freshness: FlagFreshness;
}

/** What another process tells of its flags: it asks the source, this one only evaluates. */
export interface FlagFeed {
  /** What it holds now, and from then on each change. */
  follow(listener: (state: HeldState) => void): void;
  /** Told of each evaluation here. */
  count(name: string, enabled: boolean): void;
}

/** Holds what the feed says. Its first word is held when it returns, where the feed has one already. */
export function createMirrorSource(feed: FlagFeed, hold: Hold): FlagSource {
  const { promise: firstAnswer, resolve } = Promise.withResolvers<void>();
  let told: FlagFreshness | undefined;
  feed.follow(({ document, freshness }) => {
    told = freshness;
    hold(document);
    resolve();
  });
  return {
    firstAnswer,
    freshness: () =>
      told ?? { state: "offline", source: "none", ageMs: undefined, problem: "nothing told yet" },
    count: (name, enabled) => feed.count(name, enabled),
    close: async () => {},
  };
}
