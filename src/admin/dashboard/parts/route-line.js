/** @import { SideStatistics } from "../../../routing/statistics.ts" */
/** @import { RouteRow } from "../../route-row.ts" */
/** @import { FlagSummary } from "../format.js" */
import { MODE_LABELS, toCount, toCounted, toDuration, toReason } from "../format.js";
import { historyOf } from "../history.js";
import { html } from "../html.js";
import { Checks } from "./checks.js";
import { Plot } from "./plot.js";

const SIDES = /** @type {const} */ (["legacy", "native"]);

/** @param {{ mode: RouteRow["mode"] }} props */
export const ModeChip = ({ mode }) =>
  html`<span class="chip" data-mode=${mode}>${MODE_LABELS[mode]}</span>`;

/**
 * The last part of a path tells routes apart, so the eye is led there.
 * @param {{ path: string }} props
 */
function Path({ path }) {
  const cut = path.lastIndexOf("/", path.endsWith("}") ? path.lastIndexOf("/") - 1 : undefined) + 1;
  return html`<code
    ><span class="prefix">${path.slice(0, cut)}</span><wbr />${path.slice(cut)}</code
  >`;
}

/**
 * What the flag gives, and what evidence allows of it.
 * @param {Pick<RouteRow, "rollout" | "ceiling">} props
 */
export function Rollout({ rollout, ceiling }) {
  const allowed = ceiling?.allowedPercent ?? null;
  const percent = rollout?.percent ?? (rollout === null ? 0 : null);
  const isOver = percent !== null && allowed !== null && percent > allowed;
  return html`<div class="rollout" data-over=${String(isOver)}>
    <span class="bar" aria-hidden="true">
      <i class="given" style=${{ width: `${percent ?? 0}%` }}></i>
      ${allowed !== null && html`<i class="limit" style=${{ left: `${allowed}%` }}></i>`}
    </span>
    <span class="rollout-text">
      ${percent === null ? "flag by rule" : `flag ${percent} %`}
      ${allowed !== null && html`<span class="muted">${` / ceiling ${allowed} %`}</span>`}
    </span>
  </div>`;
}

/** @param {{ lastHour: RouteRow["lastHour"] }} props */
export function Split({ lastHour }) {
  if (lastHour === null) return html`<span class="muted">–</span>`;
  const { legacy, native } = lastHour;
  if (legacy.requests + native.requests === 0) return html`<span class="muted">no traffic</span>`;
  return html`<div class="split">
    <span class="bar" aria-hidden="true">
      <i data-side="legacy" style=${{ flexGrow: legacy.requests }}></i>
      <i data-side="native" style=${{ flexGrow: native.requests }}></i>
    </span>
    <span class="split-text">
      <span data-side="legacy">${toCount(legacy.requests)}</span>
      <span class="visually-hidden"> legacy, </span>
      <span data-side="native">${toCount(native.requests)}</span>
      <span class="visually-hidden"> native</span>
    </span>
  </div>`;
}

/** @param {{ side: "legacy" | "native", statistics: SideStatistics | null }} props */
function Figures({ side, statistics }) {
  if (statistics === null || statistics.requests + statistics.openSockets === 0)
    return html`<td class="figures-cell" role="cell" data-side=${side} data-empty="true">–</td>`;
  const { requests, errors, p50Ms, p95Ms, openSockets } = statistics;
  return html`<td class="figures-cell" role="cell" data-side=${side} data-empty="false">
    <span class="requests"
      >${toCounted(requests, "request")}${openSockets > 0 && `, ${toCount(openSockets)} open`}</span
    >
    ${errors > 0 && html`<span class="failing">${toCounted(errors, "error")}</span>`}
    <span class="muted latency">p50 ${toDuration(p50Ms)}, p95 ${toDuration(p95Ms)}</span>
  </td>`;
}

/** @param {{ id: string }} props */
function PlotCell({ id }) {
  const series = historyOf(id);
  return html`<td class="plot-cell" role="cell">
    ${
      series !== undefined &&
      series[0].length > 1 &&
      html`<${Plot} series=${series} width=${104} height=${36} />`
    }
  </td>`;
}

/**
 * @typedef {object} RouteLineProps
 * @property {RouteRow} route
 * @property {ReadonlyMap<string, FlagSummary>} flags
 * @property {(id: string) => void} onOpen
 */

/**
 * One route in one row.
 * @param {RouteLineProps} props
 */
export function RouteLine({ route, flags, onOpen }) {
  const { id, method, path, mode, statistics } = route;
  const reason = toReason(route, flags);
  const isSteered = route.concern !== "legacy-only";
  return html`<tr role="row" data-route=${id} data-steered=${String(isSteered)}>
    <td role="cell" class="route-cell">
      <button class="route" type="button" title=${`Details of ${id}`} onClick=${() => onOpen(id)}>
        <span class="method" data-method=${method}>${method}</span><${Path} path=${path} />
      </button>
    </td>
    <td role="cell" class="mode-cell">
      <${ModeChip} mode=${mode} />
      <span class="sentence">${reason.sentence}</span>
      ${reason.flag !== null && html`<code class="flag">${reason.flag}</code>`}
    </td>
    <td role="cell" class="rollout-cell">
      ${isSteered && route.hasNative && html`<${Rollout} ...${route} />`}
    </td>
    <td role="cell" class="split-cell"><${Split} lastHour=${route.lastHour} /></td>
    ${SIDES.map(
      (side) => html`<${Figures} key=${side} side=${side} statistics=${statistics[side]} />`,
    )}
    <${PlotCell} id=${id} />
    <td role="cell" class="checks-cell">${isSteered && html`<${Checks} route=${route} />`}</td>
  </tr>`;
}
