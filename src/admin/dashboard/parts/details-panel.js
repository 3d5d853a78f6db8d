/** @import { RouteDetails } from "../../route-details.ts" */
/** @import { RouteRow } from "../../route-row.ts" */
/** @import { Action } from "./actions.js" */
import { useEffect, useRef, useState } from "preact/hooks";

import { loadDetails } from "../api.js";
import { toCounted } from "../format.js";
import { html } from "../html.js";
import { toPinAction, toResetAction, toRolloutAction, toUnpinAction } from "./actions.js";
import { CensusView } from "./census-view.js";
import { Dialog } from "./dialog.js";
import { Evidence } from "./evidence.js";
import { Example } from "./examples.js";
import { FieldTree } from "./field-tree.js";
import { ModeChip } from "./route-line.js";
import { Standing } from "./standing.js";

const RELOAD_MS = 2_000;

/** @typedef {"standing" | "differences" | "conversations" | "evidence" | "census"} Tab */

/** @type {readonly (readonly [Tab, string])[]} */
const TABS = [
  ["standing", "Standing"],
  ["differences", "Differences"],
  ["conversations", "Conversations"],
  ["evidence", "Evidence"],
  ["census", "Census"],
];

/** @param {{ tab: Tab, onTab: (tab: Tab) => void, counts: Partial<Record<Tab, number>> }} props */
function Tabs({ tab, onTab, counts }) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** @param {KeyboardEvent} event */
  function walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = TABS.findIndex(([name]) => name === tab);
    const [next] = TABS[(at + step + TABS.length) % TABS.length] ?? ["standing"];
    onTab(next);
    const button = list.current?.querySelector(`#tab-${next}`);
    if (button instanceof HTMLElement) button.focus();
  }
  return html`<div
    class="tabs"
    role="tablist"
    aria-label="About the route"
    ref=${list}
    onKeyDown=${walk}
  >
    ${TABS.map(
      ([name, label]) =>
        html`<button
          key=${name}
          id=${`tab-${name}`}
          type="button"
          role="tab"
          aria-selected=${String(tab === name)}
          aria-controls="tab-content"
          tabindex=${tab === name ? 0 : -1}
          onClick=${() => onTab(name)}
        >
          ${label}${(counts[name] ?? 0) > 0 && html` <span class="count">${counts[name]}</span>`}
        </button>`,
    )}
  </div>`;
}

/** @param {{ details: RouteDetails }} props */
function Differences({ details: { drift } }) {
  const fields = drift?.fields ?? [];
  const examples = (drift?.examples ?? []).filter(({ kind }) => kind === "exchange");
  if (drift === null)
    return html`<p class="notice">
      Nothing was compared yet. Turn the concern's shadow flag on, and answers of both sides are
      compared off the reply path.
    </p>`;
  if (fields.length === 0)
    return html`<p class="notice">
      ${toCounted(drift.compared, "answer")} compared, and none differed.
    </p>`;
  return html`<h3>Fields</h3>
    <${FieldTree} fields=${fields} />
    <h3>Examples</h3>
    ${examples.length === 0 && html`<p class="muted">None is kept.</p>`}
    ${examples.map((example, index) => html`<${Example} key=${example.id} example=${example} isOpen=${index === 0} />`)}`;
}

/** @param {{ details: RouteDetails }} props */
function Conversations({ details: { drift } }) {
  const examples = (drift?.examples ?? []).filter(({ kind }) => kind === "conversation");
  if (examples.length === 0)
    return html`<p class="notice">
      No conversation that differed is kept. Conversations are compared by turn on routes with a
      socket or a chat while their concern's shadow flag is on.
    </p>`;
  return html`${examples.map((example, index) => html`<${Example} key=${example.id} example=${example} isOpen=${index === 0} />`)}`;
}

/** @param {{ tab: Tab, details: RouteDetails, route: RouteRow }} props */
function Content({ tab, details, route }) {
  switch (tab) {
    case "standing":
      return html`<${Standing} details=${details} route=${route} />`;
    case "differences":
      return html`<${Differences} details=${details} />`;
    case "conversations":
      return html`<${Conversations} details=${details} />`;
    case "evidence":
      return html`<${Evidence} entries=${details.entries} problem=${details.entriesProblem} />`;
    case "census":
      return html`<${CensusView} details=${details} route=${route} />`;
  }
}

/**
 * @typedef {object} DetailsProps
 * @property {RouteRow} route
 * @property {() => void} onClose
 * @property {(action: Action) => void} onAct
 * @property {(route: RouteRow) => void} onExplain
 */

/** @param {Omit<DetailsProps, "onClose">} props */
function Actions({ route, onAct, onExplain }) {
  const { flag, ceiling, guard } = route;
  return html`<div class="actions">
    ${
      guard?.state === "tripped" &&
      html`<button class="danger solid" type="button" onClick=${() => onAct(toResetAction(route))}>
        Reset the guard
      </button>`
    }
    ${
      flag !== null &&
      route.hasNative &&
      html`<button
        class="primary"
        type="button"
        onClick=${() => onAct(toRolloutAction(flag, { rollout: route.rollout, forecastOf: route.id }))}
      >
        Roll out
      </button>`
    }
    ${
      ceiling !== null &&
      html`<button class="quiet" type="button" onClick=${() => onAct(toPinAction(route))}>
        Pin the ceiling
      </button>`
    }
    ${
      ceiling !== null &&
      ceiling.pin !== null &&
      html`<button class="quiet" type="button" onClick=${() => onAct(toUnpinAction(route))}>
        Unpin
      </button>`
    }
    <button class="quiet" type="button" onClick=${() => onExplain(route)}>Explain a request</button>
  </div>`;
}

/** @param {string} id */
function useDetails(id) {
  const [details, setDetails] = useState(/** @type {RouteDetails | undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let isOpen = true;
    async function load() {
      try {
        const loaded = await loadDetails(id);
        if (!isOpen) return;
        setDetails(loaded);
        setProblem("");
      } catch {
        if (isOpen) setProblem("The admin API gave no details of this route.");
      }
      if (isOpen) setTimeout(() => void (isOpen && load()), RELOAD_MS);
    }
    void load();
    return () => {
      isOpen = false;
    };
  }, [id]);
  return { details, problem };
}

/**
 * Everything that is known of one route, and what can be done about it.
 * @param {DetailsProps} props
 */
export function DetailsPanel({ route, onClose, onAct, onExplain }) {
  const [tab, setTab] = useState(/** @type {Tab} */ ("standing"));
  const { details, problem } = useDetails(route.id);
  const examples = details?.drift?.examples ?? [];
  const counts = {
    differences: route.drift?.unexplainedFields ?? 0,
    conversations: examples.filter(({ kind }) => kind === "conversation").length,
  };
  return html`<${Dialog} name="details" title=${route.id} onClose=${onClose}>
    <p class="route-line">
      <code>${route.method} ${route.path}</code> <${ModeChip} mode=${route.mode} />
    </p>
    <${Actions} route=${route} onAct=${onAct} onExplain=${onExplain} />
    <${Tabs} tab=${tab} onTab=${setTab} counts=${counts} />
    <div id="tab-content" role="tabpanel" aria-labelledby=${`tab-${tab}`} tabindex="0">
      ${problem !== "" && html`<p class="problem">${problem}</p>`}
      ${
        details === undefined
          ? problem === "" && html`<p class="muted">Asking…</p>`
          : html`<${Content} tab=${tab} details=${details} route=${route} />`
      }
    </div>
  <//>`;
}
