/** @import { FlagFreshness } from "../../platform/flags/flags.ts" */
/** @import { FlagSummary } from "./api.js" */
/** @import { RouteOverview } from "../route-overview.ts" */

export const SIDE_LABELS = { legacy: "Legacy", native: "Native", mixed: "Mixed" };

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** @param {number} count */
export const toCount = (count) => (count < 100_000 ? COUNT : COMPACT).format(count);

/**
 * A duration in three figures at most.
 * @param {number | null} ms
 */
export function toDuration(ms) {
  if (ms === null) return "–";
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  return ms < 99_950 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 1000).toFixed(0)} s`;
}

/**
 * An age for people: it need not be exact, only readable at a glance.
 * @param {number} ms
 */
export function toAge(ms) {
  if (ms < 1_500) return "just now";
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}

/**
 * @param {Pick<RouteOverview, "sides">} route
 * @returns {"legacy" | "native" | "mixed"}
 */
export function toSide({ sides }) {
  if (sides.length > 1) return "mixed";
  return sides[0] ?? "legacy";
}

/** @type {Readonly<Record<RouteOverview["decision"]["reason"], (rule: string) => string>>} */
const REASONS = {
  "legacy-only": () => "Stays legacy",
  "no-route": () => "Stays legacy",
  "no-native": () => "No native side yet",
  "kill-switch": () => "Kill switch is on",
  "guard-tripped": () => "Guard tripped",
  override: () => "Operator's override",
  "route-flag": (rule) => `Route flag: ${rule}`,
  "concern-flag": (rule) => `Concern flag: ${rule}`,
  ceiling: () => "Held back by the ceiling",
  "no-flag": () => "No flag is set",
  "native-failed": () => "Native failed, legacy answers",
};

/**
 * Who decided a route, in words, and the flag to turn for another answer.
 * @param {RouteOverview} route
 * @param {ReadonlyMap<string, FlagSummary>} flags
 * @returns {{ readonly sentence: string, readonly flag: string | null }}
 */
export function toReason({ decision, flag }, flags) {
  const rule = flags.get(decision.flag ?? "")?.rule ?? "";
  const sentence = REASONS[decision.reason](rule);
  return { sentence, flag: decision.reason === "no-flag" ? flag : decision.flag };
}

/**
 * @param {FlagFreshness} freshness
 * @returns {string}
 */
export function toFreshness({ state, source, ageMs }) {
  if (state === "static") return "no source, all legacy";
  const since = ageMs === undefined ? "never confirmed" : `confirmed ${toAge(ageMs)}`;
  return `${state}, ${source}, ${since}`;
}
