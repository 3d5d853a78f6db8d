/** @import { RouteDetails } from "../../route-details.ts" */
/** @import { RouteRow } from "../../route-row.ts" */
import { toAgo, toCount, toMoment } from "../format.js";
import { historyOf } from "../history.js";
import { html } from "../html.js";
import { Plot } from "./plot.js";
import { Rollout, Split } from "./route-line.js";

const SIGNALS = /** @type {const} */ ([
  ["errors", "Errors"],
  ["latency", "Latency"],
  ["drift", "Drift"],
]);
const VERDICTS = { inconclusive: "inconclusive", "no-worse": "no worse", worse: "worse" };

/** @param {NonNullable<NonNullable<RouteRow["guard"]>["trip"]>} trip */
function toTripText({ signal, atMs, counts: { native, legacy }, reason }) {
  const ofNative = `${toCount(native.bad)} of ${toCount(native.count)} native`;
  const ofLegacy = `${toCount(legacy.bad)} of ${toCount(legacy.count)} legacy`;
  const why = reason === undefined ? `${ofNative} against ${ofLegacy}.` : `${ofNative}. ${reason}`;
  return `Tripped by ${signal} ${toAgo(atMs)}: ${why} The route stays on legacy until a person resets it.`;
}

/** @param {NonNullable<NonNullable<RouteRow["ceiling"]>["pin"]>} pin */
const toPinText = ({ percent, by, untilMs, reason }) =>
  `Pinned to ${percent} % by ${by} until ${toMoment(untilMs)}: ${reason}`;

/** @param {{ alone: NonNullable<NonNullable<NonNullable<RouteRow["guard"]>["signals"]>["alone"]> }} props */
const Alone = ({ alone: { counts, evidence, verdict, text } }) =>
  html`<p class="muted">
    Native alone: ${toCount(counts.native.bad)} of ${toCount(counts.native.count)} bad,${" "}
    ${Math.round(evidence * 100)} % of a trip, ${verdict}. ${text}
  </p>`;

/** @param {{ guard: NonNullable<RouteRow["guard"]> }} props */
function GuardReadings({ guard }) {
  const { trip, signals } = guard;
  return html`${trip !== null && html`<p class="problem">${toTripText(trip)}</p>`}
  ${
    signals === null
      ? html`<p class="notice">
          Nothing native was seen yet. The guard compares as soon as both sides answer.
        </p>`
      : html`<table class="readings">
            <thead>
              <tr>
                <th scope="col">Signal</th>
                <th scope="col" data-side="legacy">Legacy, bad of all</th>
                <th scope="col" data-side="native">Native, bad of all</th>
                <th scope="col">Evidence</th>
                <th scope="col">Verdict</th>
              </tr>
            </thead>
            <tbody>
              ${SIGNALS.map(([name, label]) => {
                const { counts, evidence, verdict } = signals[name];
                return html`<tr key=${name}>
                  <th scope="row">${label}</th>
                  <td>${toCount(counts.legacy.bad)} of ${toCount(counts.legacy.count)}</td>
                  <td>${toCount(counts.native.bad)} of ${toCount(counts.native.count)}</td>
                  <td>${Math.round(evidence * 100)} % of a trip</td>
                  <td data-verdict=${verdict}>${VERDICTS[verdict]}</td>
                </tr>`;
              })}
            </tbody>
          </table>
          ${signals.alone !== undefined && html`<${Alone} alone=${signals.alone} />`}`
  }`;
}

const STEPS = /** @type {const} */ ([
  ["suite", 5, "Suite green for this build"],
  ["shadow", 25, "200 shadowed without drift"],
  ["comparison", 50, "Live errors and latency no worse"],
  ["soak", 100, "24 hours soaked"],
]);

const CEILING_MODES = {
  off: "The ceiling is off: it is computed, and limits nothing.",
  report: "The ceiling only reports: it limits nothing until CEILING=enforce is set.",
  enforce: "The ceiling is enforced.",
};

/** @param {{ ceiling: NonNullable<RouteRow["ceiling"]> }} props */
function CeilingSteps({ ceiling }) {
  const { earnedPercent, next, pin, mode } = ceiling;
  return html`<ol class="ceiling-steps">
      ${STEPS.map(
        ([name, percent, label]) =>
          html`<li key=${name} data-done=${String(percent <= earnedPercent)}>
            <strong>${percent} %</strong><span>${label}</span>
          </li>`,
      )}
    </ol>
    ${next !== null && html`<p>Next, ${next.percent} %: ${next.missing}</p>`}
    ${pin !== null && html`<p class="pin">${toPinText(pin)}</p>`}
    <p class="muted">${CEILING_MODES[mode]}</p>`;
}

/** @param {{ id: string }} props */
function Latency({ id }) {
  const series = historyOf(id);
  if (series === undefined || series[0].length < 2)
    return html`<p class="notice">
      Nothing to plot yet: a plot begins within a minute of the first request.
    </p>`;
  return html`<${Plot} series=${series} height=${180} hasAxes />
    <p class="muted legend">
      <span data-side="legacy">legacy</span>
      <span data-side="native">native</span>
      <span>p95 solid, p50 dashed</span>
    </p>`;
}

/**
 * Where a route stands: rollout, ceiling, latency, guard.
 * @param {{ details: RouteDetails, route: RouteRow }} props
 */
export const Standing = ({ details, route }) =>
  html`<section class="pair">
      <div>
        <h3>Rollout</h3>
        <${Rollout} ...${route} />
        ${route.rollout !== null && html`<p class="muted"><code>${route.rollout.flag}</code> ${route.rollout.rule}</p>`}
      </div>
      <div>
        <h3>Last hour</h3>
        <${Split} lastHour=${route.lastHour} />
      </div>
    </section>
    <h3>Ceiling</h3>
    ${
      route.ceiling === null
        ? html`<p class="muted">No ceiling: the route stays on legacy.</p>`
        : html`<${CeilingSteps} ceiling=${route.ceiling} />`
    }
    <h3>Latency</h3>
    <${Latency} id=${details.route.id} />
    <h3>Guard</h3>
    ${
      route.guard === null
        ? html`<p class="muted">No guard: the route stays on legacy.</p>`
        : html`<${GuardReadings} guard=${route.guard} />`
    }`;
