/** @import { LiveView } from "../live.js" */
/** @import { Snapshot } from "../../live-state.ts" */
/** @import { Action } from "./actions.js" */
/** @import { Asked } from "./explain-panel.js" */
import { useEffect, useRef, useState } from "preact/hooks";

import { loadHistory } from "../api.js";
import { toAge, toSide } from "../format.js";
import { noteHistory, seedHistory } from "../history.js";
import { html } from "../html.js";
import { startLive } from "../live.js";
import { filterRoutes } from "../route-filter.js";
import { ActionDialog } from "./action-dialog.js";
import { toKillAction } from "./actions.js";
import { DetailsPanel } from "./details-panel.js";
import { ExplainPanel } from "./explain-panel.js";
import { Masthead } from "./masthead.js";
import { RouteTable } from "./route-table.js";
import { Summary } from "./summary.js";
import { Toolbar } from "./toolbar.js";

/**
 * Without what the API kept, plots begin with what the page sees itself.
 * @param {() => void} onSeeded
 */
async function seed(onSeeded) {
  try {
    seedHistory(await loadHistory());
    onSeeded();
  } catch {
    // The page says by itself whether the API can be reached.
  }
}

/** What is true now, and what changed since the moment before, for those who cannot see it change colour. */
function useLive() {
  const [view, setView] = useState(/** @type {LiveView | undefined} */ (undefined));
  const before = useRef(/** @type {Snapshot | undefined} */ (undefined));
  const [announcement, announce] = useState("");
  // Plots are drawn from what is kept beside the page's state: that there is more of it has to be told.
  const [, showSeeded] = useState(false);
  useEffect(() => {
    void seed(() => showSeeded(true));
    startLive((next) => {
      const { snapshot } = next;
      if (snapshot !== undefined && snapshot !== before.current) {
        const sides = new Map(before.current?.routes.map((route) => [route.id, toSide(route)]));
        const turned = snapshot.routes.filter(
          (route) => sides.has(route.id) && sides.get(route.id) !== toSide(route),
        );
        if (turned.length > 0)
          announce(
            turned
              .map(
                (route) =>
                  `${route.id} is now ${toSide(route) === "mixed" ? "on both sides" : toSide(route)}`,
              )
              .join(", "),
          );
        before.current = snapshot;
        noteHistory(snapshot.routes);
      }
      setView(next);
    });
  }, []);
  return { view, announcement, announce };
}

/** @param {{ view: LiveView, isKilled: boolean, trippedIds: readonly string[] }} props */
function Alerts({ view, isKilled, trippedIds }) {
  const alerts = [
    ...(view.connection === "unreachable"
      ? [
          `The admin API cannot be reached.${
            view.snapshot === undefined
              ? ""
              : ` What is shown was true ${toAge(performance.now() - view.shownAtMs)}.`
          }`,
        ]
      : []),
    ...(isKilled ? ["The kill switch is on: everything goes to legacy."] : []),
    ...(trippedIds.length > 0 ? [`The guard tripped: ${trippedIds.join(", ")}.`] : []),
  ];
  return html`<div role="alert">
    ${alerts.map((text) => html`<p key=${text.slice(0, 12)} class="alert">${text}</p>`)}
  </div>`;
}

/**
 * @typedef {object} Panels
 * @property {string | undefined} [detailsOf]
 * @property {{ readonly asked: Asked | undefined } | undefined} [explain]
 * @property {Action | undefined} [action]
 */

/** @param {{ snapshot: Snapshot, panels: Panels, setPanels: (panels: Panels) => void, announce: (text: string) => void }} props */
function OpenPanels({ snapshot, panels, setPanels, announce }) {
  const { detailsOf, explain, action } = panels;
  const route = snapshot.routes.find(({ id }) => id === detailsOf);
  /** @param {string} text */
  const finish = (text) => {
    announce(text);
    setPanels({ ...panels, action: undefined });
  };
  return html`${
    route !== undefined &&
    html`<${DetailsPanel}
      key=${route.id}
      route=${route}
      onClose=${() => setPanels({})}
      onAct=${(/** @type {Action} */ next) => setPanels({ ...panels, action: next })}
      onExplain=${(/** @type {Asked} */ asked) => setPanels({ ...panels, explain: { asked } })}
    />`
  }
  ${
    explain !== undefined &&
    html`<${ExplainPanel}
      asked=${explain.asked}
      onClose=${() => setPanels({ ...panels, explain: undefined })}
    />`
  }
  ${
    action !== undefined &&
    html`<${ActionDialog}
      action=${action}
      ...${snapshot.operations}
      onClose=${() => setPanels({ ...panels, action: undefined })}
      onDone=${finish}
    />`
  }`;
}

export function App() {
  const { view, announcement, announce } = useLive();
  const [filter, setFilter] = useState("all");
  const [search, setSearch] = useState("");
  const [panels, setPanels] = useState(/** @type {Panels} */ ({}));
  if (view?.snapshot === undefined)
    return html`${view !== undefined && html`<${Alerts} view=${view} isKilled=${false} trippedIds=${[]} />`}
      <p class="empty">Asking Banyan how things stand…</p>`;
  const { snapshot, connection } = view;
  const { routes } = snapshot;
  const flags = new Map(snapshot.flags.flags.map((flag) => [flag.name, flag]));
  const isKilled = routes.some(({ mode }) => mode === "killed");
  const trippedIds = routes.filter(({ guard }) => guard?.state === "tripped").map(({ id }) => id);
  const shown = filterRoutes(routes, { filter, search });
  return html`<${Masthead} snapshot=${snapshot} connection=${connection} />
    <${Alerts} view=${view} isKilled=${isKilled} trippedIds=${trippedIds} />
    <${Summary} routes=${routes} />
    <${Toolbar}
      filter=${filter}
      onFilter=${setFilter}
      search=${search}
      onSearch=${setSearch}
      onExplain=${() => setPanels({ explain: { asked: undefined } })}
      isKilled=${isKilled}
      onKillSwitch=${() => setPanels({ action: toKillAction(isKilled) })}
    />
    <main>
      ${
        shown.length > 0
          ? html`<${RouteTable}
              routes=${shown}
              flags=${flags}
              onOpen=${(/** @type {string} */ detailsOf) => setPanels({ detailsOf })}
              onAct=${(/** @type {Action} */ action) => setPanels({ action })}
            />`
          : html`<p class="empty">
              No route matches.
              <button
                class="quiet"
                type="button"
                onClick=${() => (setFilter("all"), setSearch(""))}
              >
                Show all
              </button>
            </p>`
      }
    </main>
    <p class="visually-hidden" id="announcer" role="status">${announcement}</p>
    <${OpenPanels}
      snapshot=${snapshot}
      panels=${panels}
      setPanels=${setPanels}
      announce=${announce}
    />`;
}
