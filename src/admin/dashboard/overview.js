/** @import { Snapshot } from "./api.js" */
/** @import { ReadinessReport } from "../readiness.ts" */
import { find, setData, setText } from "./element.js";
import { toCount, toFreshness, toSide } from "./format.js";

/** @param {ReadinessReport} report */
function toReadiness({ status, checks }) {
  const failing = checks.filter((check) => check.status === "failing");
  const reasons = failing.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  if (status === "draining") return "draining";
  return status === "ready" ? "ready" : `not ready, ${reasons}`;
}

/**
 * @param {string} id
 * @param {"good" | "doubtful" | "bad"} level
 * @param {string} text
 */
export function showState(id, level, text) {
  const state = find(`#${id}`, HTMLElement);
  setData(state, "level", level);
  setText(find(`#${id} dd`, HTMLElement), text);
}

const FRESHNESS_LEVELS = /** @type {const} */ ({
  fresh: "good",
  static: "doubtful",
  stale: "doubtful",
  offline: "bad",
});

/**
 * The head of the page: how far the flags can be believed, whether traffic is let in, how far the
 * migration has come.
 * @param {Snapshot} snapshot
 */
export function showOverview({ routes, flags: { freshness }, readiness }) {
  const problem = freshness.problem === undefined ? "" : `. ${freshness.problem}`;
  showState("flags-state", FRESHNESS_LEVELS[freshness.state], toFreshness(freshness) + problem);
  const level = readiness.status === "ready" ? "good" : "bad";
  showState("readiness-state", level, toReadiness(readiness));

  const counts = { native: 0, mixed: 0, legacy: 0 };
  let requests = 0;
  let errors = 0;
  for (const route of routes) {
    counts[toSide(route)] += 1;
    for (const side of [route.statistics.legacy, route.statistics.native]) {
      requests += side?.requests ?? 0;
      errors += side?.errors ?? 0;
    }
  }
  for (const [side, count] of Object.entries(counts)) {
    setText(find(`#count-${side}`, HTMLElement), toCount(count));
    const part = find(`#share [data-side="${side}"]`, HTMLElement);
    part.style.flexGrow = String(count);
    part.hidden = count === 0;
  }
  setText(find("#count-requests", HTMLElement), toCount(requests));
  const errorCount = find("#count-errors", HTMLElement);
  setText(errorCount, toCount(errors));
  setData(errorCount, "failing", String(errors > 0));
}
