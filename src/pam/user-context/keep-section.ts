import type { Clock } from "#platform/clock.ts";

import type { Context, Section, Subject } from "./section.ts";

const KEEP_MS = 30_000;

export interface KeepOptions {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Beyond this many the one that was loaded longest ago is loaded anew. */
  readonly maxUsers: number;
}

const keyOf = ({ userId, position }: Subject): string => JSON.stringify([userId, position]);

/**
 * A section that is kept for half a minute, for a user at a place: in a conversation every message would ask the same
 * of the database. The legacy keeps it for five minutes and more. What fails is not kept.
 */
export function keepSection(load: Section, { clock, maxUsers }: KeepOptions): Section {
  const kept = new Map<string, { readonly context: Context; readonly untilMs: number }>();
  return async (database, subject) => {
    const key = keyOf(subject);
    const known = kept.get(key);
    if (known !== undefined && clock.monotonicMs() < known.untilMs) return known.context;
    const context = await load(database, subject);
    kept.delete(key);
    kept.set(key, { context, untilMs: clock.monotonicMs() + KEEP_MS });
    const [oldest] = kept.keys();
    if (kept.size > maxUsers && oldest !== undefined) kept.delete(oldest);
    return context;
  };
}
