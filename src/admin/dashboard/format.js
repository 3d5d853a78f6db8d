/** @import { FlagFreshness } from "../../platform/flags/flags.ts" */
/** @import { RouteMode, RouteRow } from "../route-row.ts" */
/** @import { Snapshot } from "../live-state.ts" */

/** @typedef {Snapshot["flags"]["flags"][number]} FlagSummary */

export const SIDE_LABELS = { legacy: "Legacy", native: "Native", mixed: "Mixed" };

/** @type {Readonly<Record<RouteMode, string>>} */
export const MODE_LABELS = {
  "legacy-only": "Stays legacy",
  "no-native": "Legacy",
  killed: "Killed",
  tripped: "Tripped",
  legacy: "Legacy",
  shadow: "Shadow",
  canary: "Canary",
  native: "Native",
};

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** @param {number} count */
export const toCount = (count) => (count < 100_000 ? COUNT : COMPACT).format(count);

/**
 * @param {number} count
 * @param {string} one
 */
export const toCounted = (count, one) => `${toCount(count)} ${one}${count === 1 ? "" : "s"}`;

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
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** @param {number} atMs since the epoch */
export const toAgo = (atMs) => toAge(Date.now() - atMs);

const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** @param {number} atMs since the epoch */
export const toTime = (atMs) => TIME.format(atMs);

/** @param {number} atMs since the epoch */
export const toMoment = (atMs) => MOMENT.format(atMs);

/**
 * @param {Pick<RouteRow, "sides">} route
 * @returns {"legacy" | "native" | "mixed"}
 */
export function toSide({ sides }) {
  if (sides.length > 1) return "mixed";
  return sides[0] ?? "legacy";
}

/** @type {Readonly<Record<RouteRow["decision"]["reason"], (rule: string) => string>>} */
const REASONS = {
  "legacy-only": () => "No flag can move it",
  "no-route": () => "No flag can move it",
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
 * @param {RouteRow} route
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
