import type { FlagFreshness, Flags } from "#platform/flags/index.ts";
import type { Metrics } from "#platform/metrics.ts";

const STATES = ["fresh", "stale", "offline", "static"] as const satisfies FlagFreshness["state"][];

/** Shows how far the flags can be believed, as it is at the moment of a scrape. */
export function createFlagMetrics(metrics: Metrics, flags: Pick<Flags, "freshness">): void {
  metrics.reading(
    {
      name: "compat_flag_age_seconds",
      help: "Since the flag source last confirmed what is held; no value where it never did",
      labels: [],
    },
    () => {
      const { ageMs } = flags.freshness();
      return ageMs === undefined ? [] : [{ labels: {}, value: ageMs / 1000 }];
    },
  );
  metrics.reading(
    { name: "compat_flag_state", help: "1 for the state the flags are in", labels: ["state"] },
    () => {
      const current = flags.freshness().state;
      return STATES.map((state) => ({ labels: { state }, value: state === current ? 1 : 0 }));
    },
  );
}
