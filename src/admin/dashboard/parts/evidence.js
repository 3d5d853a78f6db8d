/** @import { StoredEvidence } from "../../../delivery/evidence/evidence-ledger.ts" */
import { toAgo, toCount, toCounted, toMoment } from "../format.js";
import { html } from "../html.js";

/** @typedef {{ readonly what: string, readonly who: string | undefined, readonly why: string | undefined, readonly level: "good" | "bad" | "plain" }} Entry */

/** @param {boolean} isGood */
const levelOf = (isGood) => (isGood ? "good" : "bad");

/**
 * A field that turned out to be noise leaves those that drift.
 * @param {number} count
 */
const toDrifting = (count) =>
  count < 0
    ? `${toCounted(-count, "field")} found to be noise`
    : `${toCounted(count, "field")} unexplained`;

/** @param {Omit<Entry, "who" | "why">} entry @returns {Entry} */
const found = (entry) => ({ ...entry, who: undefined, why: undefined });

/**
 * One entry of the ledger in words.
 * @param {StoredEvidence} entry
 * @returns {Entry}
 */
function toEntry(entry) {
  switch (entry.kind) {
    case "suite": {
      const counts = `${entry.pass} passed, ${entry.fail} failed, ${entry.skipped} skipped`;
      return found({
        what: `Contract suite ${entry.isGreen ? "green" : "red"}: ${counts}`,
        level: levelOf(entry.isGreen),
      });
    }
    case "shadow": {
      const { compared, unexplained } = entry;
      return found({
        what: `${toCounted(compared, "answer")} compared, ${toDrifting(unexplained)}`,
        level: levelOf(unexplained <= 0),
      });
    }
    case "comparison":
      return found({
        what: `Native did ${entry.isNoWorse ? "no worse" : "worse"} than legacy`,
        level: levelOf(entry.isNoWorse),
      });
    case "soak": {
      const hours = ((entry.atMs - entry.fromMs) / 3_600_000).toFixed(1);
      return found({
        what: `Soaked ${hours} h with ${toCount(entry.nativeRequests)} native requests`,
        level: "good",
      });
    }
    case "trip":
      return found({ what: `Guard tripped by ${entry.trip.signal}`, level: "bad" });
    case "reset":
      return { what: "Guard reset", who: entry.lift.by, why: entry.lift.reason, level: "plain" };
    case "flip":
      return {
        what: `${entry.flag}: ${entry.from} → ${entry.to}`,
        who: entry.by,
        why: entry.reason,
        level: "plain",
      };
    case "pin":
      return {
        what: `Ceiling pinned to ${entry.percent} % until ${toMoment(entry.untilMs)}`,
        who: entry.by,
        why: entry.reason,
        level: "plain",
      };
    case "unpin":
      return { what: "Pin taken away", who: entry.by, why: entry.reason, level: "plain" };
  }
}

/**
 * What was found and what was done, the newest first.
 * @param {{ entries: readonly StoredEvidence[], problem: string | null }} props
 */
export function Evidence({ entries, problem }) {
  if (problem !== null) return html`<p class="alert">${problem}</p>`;
  if (entries.length === 0)
    return html`<p class="notice">
      Nothing is known of this route yet. Run the contract suite against this build and report it:
      <code>banyan verify --side native --evidence evidence.json</code>, then POST the file to
      <code>/api/evidence</code>.
    </p>`;
  return html`<ol class="ledger">
    ${entries.map((stored) => {
      const { what, who, why, level } = toEntry(stored);
      return html`<li key=${stored.id} data-level=${level} data-kind=${stored.kind}>
        <time datetime=${new Date(stored.atMs).toISOString()} title=${toMoment(stored.atMs)}
          >${toAgo(stored.atMs)}</time
        >
        <div>
          <p>${what}</p>
          ${who !== undefined && html`<p class="muted">${who}${why !== undefined && `: ${why}`}</p>`}
          <p class="muted">build ${stored.buildId}</p>
        </div>
      </li>`;
    })}
  </ol>`;
}
