import type { FlagFreshness } from "#platform/flags/flags.ts";

export const STATIC_FRESHNESS: FlagFreshness = {
  state: "static",
  source: "none",
  ageMs: undefined,
  problem: undefined,
};

/** Times on the monotonic clock. */
export interface Confirmation {
  readonly nowMs: number;
  /** When the source last confirmed what is held; `undefined`: never. */
  readonly confirmedAtMs: number | undefined;
  readonly problem: string | undefined;
}

/** A file is watched, so what is held is what it says for as long as it can be read. */
export function toFileFreshness({ nowMs, confirmedAtMs, problem }: Confirmation): FlagFreshness {
  if (confirmedAtMs === undefined)
    return { state: "offline", source: "file", ageMs: undefined, problem };
  return problem === undefined
    ? { state: "fresh", source: "file", ageMs: 0, problem }
    : { state: "stale", source: "file", ageMs: nowMs - confirmedAtMs, problem };
}

/**
 * A server confirms by answering. Its state follows from that alone: one failed poll within `staleAfterMs`
 * shows as a problem, not as a state.
 */
export function toServerFreshness(
  { nowMs, confirmedAtMs, problem }: Confirmation,
  staleAfterMs: number,
): FlagFreshness {
  if (confirmedAtMs === undefined)
    return {
      state: "offline",
      source: "unleash",
      ageMs: undefined,
      problem: problem ?? "Unleash has not answered yet",
    };
  const ageMs = nowMs - confirmedAtMs;
  return ageMs <= staleAfterMs
    ? { state: "fresh", source: "unleash", ageMs, problem }
    : {
        state: "stale",
        source: "unleash",
        ageMs,
        problem: problem ?? "Unleash has stopped answering",
      };
}
