/** @import { LiveView } from "../live.js" */
/** @import { Snapshot } from "../../live-state.ts" */
import { toFreshness } from "../format.js";
import { html } from "../html.js";

/** @typedef {"good" | "doubtful" | "bad"} Level */

const FRESHNESS_LEVELS = /** @type {const} */ ({
  fresh: "good",
  static: "doubtful",
  stale: "doubtful",
  offline: "bad",
});

/** @type {Readonly<Record<LiveView["connection"], { readonly level: Level, readonly text: string }>>} */
const CONNECTIONS = {
  connecting: { level: "doubtful", text: "connecting" },
  live: { level: "good", text: "live" },
  polling: { level: "doubtful", text: "polling, the stream is broken" },
  paused: { level: "doubtful", text: "paused" },
  unreachable: { level: "bad", text: "unreachable" },
};

/** @param {Snapshot["readiness"]} report */
function toReadiness({ status, checks }) {
  if (status === "draining") return "draining";
  const wrong = checks.filter((check) => check.status !== "ok");
  const reasons = wrong.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  const word = status === "ready" ? "ready" : "not ready";
  return reasons === "" ? word : `${word}, ${reasons}`;
}

/** @param {Snapshot["readiness"]} report @returns {Level} */
function toReadinessLevel({ status, checks }) {
  if (status !== "ready") return "bad";
  return checks.every((check) => check.status === "ok") ? "good" : "doubtful";
}

/** @param {{ id: string, label: string, level: Level, text: string }} props */
const State = ({ id, label, level, text }) =>
  html`<div class="state" id=${id} data-level=${level}>
    <dt>${label}</dt>
    <dd>${text}</dd>
  </div>`;

/** @param {{ snapshot: Snapshot, connection: LiveView["connection"] }} props */
function States({ snapshot: { flags, readiness, operations }, connection }) {
  const { freshness } = flags;
  const problem = freshness.problem === undefined ? "" : `. ${freshness.problem}`;
  return html`<dl class="states">
    <${State}
      id="flags-state"
      label="Flags"
      level=${FRESHNESS_LEVELS[freshness.state]}
      text=${toFreshness(freshness) + problem}
    />
    <${State}
      id="readiness-state"
      label="Readiness"
      level=${toReadinessLevel(readiness)}
      text=${toReadiness(readiness)}
    />
    <${State}
      id="updates-state"
      label="Updates"
      level=${CONNECTIONS[connection].level}
      text=${CONNECTIONS[connection].text}
    />
    ${
      operations.buildId !== null &&
      html`<div class="state plain">
        <dt>Build</dt>
        <dd>${operations.buildId}</dd>
      </div>`
    }
  </dl>`;
}

/**
 * The head of the page: how far the flags can be believed, whether traffic is let in, whether what is shown is true now.
 * @param {{ snapshot: Snapshot, connection: LiveView["connection"] }} props
 */
export const Masthead = (props) =>
  html`<header class="masthead">
    <img src="/icon.svg" alt="" width="36" height="36" />
    <div class="title">
      <h1>Banyan</h1>
      <p>Which side answers each route, and how far it may go</p>
    </div>
    <${States} ...${props} />
  </header>`;
