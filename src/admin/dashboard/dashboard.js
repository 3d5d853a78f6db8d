/** @import { Snapshot } from "./api.js" */
import { loadSnapshot } from "./api.js";
import { find, setText } from "./element.js";
import { createExplainPanel } from "./explain.js";
import { toAge, toSide } from "./format.js";
import { showOverview, showState } from "./overview.js";
import { filterRoutes } from "./route-filter.js";
import { createRouteTable } from "./route-table.js";

const POLL_MS = 1_000;

const panel = createExplainPanel();
const table = createRouteTable(find("#routes", HTMLTableElement), (route) => panel.openFor(route));
const search = find("#search", HTMLInputElement);
const filters = find("#filters", HTMLFieldSetElement);
const banner = find("#alert", HTMLElement);

/** @type {Snapshot | undefined} */
let shown;
let shownAtMs = performance.now();

function applyFilter() {
  if (shown === undefined) return;
  const chosen = find("#filters input:checked", HTMLInputElement);
  const ids = filterRoutes(shown.routes, { filter: chosen.value, search: search.value });
  table.show(ids);
  find("#empty", HTMLElement).hidden = ids.size > 0;
}

/**
 * Says aloud what sighted people see change colour.
 * @param {Snapshot} next
 */
function announce(next) {
  const before = new Map(shown?.routes.map((route) => [route.id, toSide(route)]));
  const turned = next.routes.filter(
    (route) => before.has(route.id) && before.get(route.id) !== toSide(route),
  );
  if (turned.length === 0) return;
  const text = turned.map((route) => `${route.id} is now ${toSide(route)}`).join(", ");
  setText(find("#announcer", HTMLElement), text);
}

/** @param {Snapshot} next */
function show(next) {
  announce(next);
  shown = next;
  shownAtMs = performance.now();
  const flags = new Map(next.flags.flags.map((flag) => [flag.name, flag]));
  showOverview(next);
  table.update(next.routes, flags);
  applyFilter();
  showState("updates-state", "good", "live");
  const isKilled = next.routes.some(({ decision }) => decision.reason === "kill-switch");
  setText(banner, isKilled ? "The kill switch is on: everything goes to legacy." : "");
  banner.hidden = !isKilled;
}

function showUnreachable() {
  const age =
    shown === undefined ? "" : ` What is shown was true ${toAge(performance.now() - shownAtMs)}.`;
  setText(banner, `The admin API cannot be reached.${age}`);
  banner.hidden = false;
  showState("updates-state", "bad", "unreachable");
}

/** Polls while somebody can see it. */
async function poll() {
  if (document.visibilityState !== "visible") {
    showState("updates-state", "doubtful", "paused");
    document.addEventListener("visibilitychange", () => void poll(), { once: true });
    return;
  }
  try {
    show(await loadSnapshot());
  } catch {
    showUnreachable();
  }
  setTimeout(() => void poll(), POLL_MS);
}

search.addEventListener("input", applyFilter);
filters.addEventListener("change", applyFilter);
find("#open-explain", HTMLButtonElement).addEventListener("click", () => panel.open());
document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
  if (find("#explain", HTMLDialogElement).open) return;
  event.preventDefault();
  search.focus();
});
void poll();
