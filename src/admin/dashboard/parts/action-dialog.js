/** @import { Action } from "./actions.js" */
/** @import { RolloutForecast } from "../../../delivery/ceiling/what-if.ts" */
import { useEffect, useState } from "preact/hooks";

import { loadForecast, sendChange } from "../api.js";
import { html } from "../html.js";
import { Dialog } from "./dialog.js";

/** Lives as long as the page and is written nowhere. */
const remembered = { token: "", by: "" };

/** @typedef {{ currentTarget: HTMLInputElement }} Typed */

/**
 * @param {{ name: string, label: string, value: string, onValue: (value: string) => void, more?: object }} props
 */
const Field = ({ name, label, value, onValue, more = {} }) =>
  html`<label
    >${label}
    <input
      id=${`order-${name}`}
      required
      autocomplete="off"
      spellcheck=${false}
      value=${value}
      onInput=${(/** @type {Typed} */ { currentTarget }) => onValue(currentTarget.value)}
      ...${more}
    />
  </label>`;

/** @param {{ routeId: string, percent: number }} props */
function Forecast({ routeId, percent }) {
  const [forecast, setForecast] = useState(/** @type {RolloutForecast | undefined} */ (undefined));
  useEffect(() => {
    let isWanted = true;
    loadForecast(routeId, percent).then(
      (found) => isWanted && setForecast(found),
      () => isWanted && setForecast(undefined),
    );
    return () => {
      isWanted = false;
    };
  }, [routeId, percent]);
  return html`<p class="forecast" aria-live="polite">${forecast?.sentence ?? "…"}</p>`;
}

/**
 * @param {Action} action
 * @param {{ by: string, reason: string, percent: string, hours: string }} given
 */
const toBody = (action, { by, reason, percent, hours }) => ({
  ...action.fixed,
  by,
  reason,
  ...(action.percent !== undefined && { percent: Number(percent) }),
  ...(action.hours !== undefined && { hours: Number(hours) }),
});

const PERCENT = { type: "number", min: 0, max: 100, step: 1, inputmode: "numeric" };
const HOURS = { type: "number", min: 1, max: 720, step: 1, inputmode: "numeric" };

/**
 * The share that a field holds; `undefined` where it holds none.
 * @param {string} text
 */
const toShare = (text) => (/^(?:100|\d{1,2})$/u.test(text) ? Number(text) : undefined);

/** @param {{ action: Action, onDone: (text: string) => void }} props */
function OrderForm({ action, onDone }) {
  const [given, setGiven] = useState({
    ...remembered,
    reason: "",
    percent: String(action.percent ?? ""),
    hours: String(action.hours ?? ""),
  });
  const [problem, setProblem] = useState("");
  const [isSending, setIsSending] = useState(false);
  const put = (/** @type {keyof typeof given} */ name) => (/** @type {string} */ value) =>
    setGiven((before) => ({ ...before, [name]: value }));

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    setIsSending(true);
    setProblem("");
    const { token, by } = given;
    try {
      const { method, path } = action;
      const answer = await sendChange({ method, path, body: toBody(action, given), token });
      remembered.by = by;
      remembered.token = answer.status === 401 ? "" : token;
      if (answer.isDone) onDone(`Done: ${action.title}`);
      else setProblem(answer.problem);
    } catch {
      setProblem("The admin API gave no answer: look again before you try again.");
    }
    setIsSending(false);
  }

  const percent = toShare(given.percent);
  return html`<form id="order" autocomplete="off" onSubmit=${submit}>
    ${
      action.percent !== undefined &&
      html`<${Field}
        name="percent"
        label="Share in per cent"
        value=${given.percent}
        onValue=${put("percent")}
        more=${PERCENT}
      />`
    }
    ${
      action.forecastOf !== undefined &&
      percent !== undefined &&
      html`<${Forecast} routeId=${action.forecastOf} percent=${percent} />`
    }
    ${
      action.hours !== undefined &&
      html`<${Field}
        name="hours"
        label="For how many hours"
        value=${given.hours}
        onValue=${put("hours")}
        more=${HOURS}
      />`
    }
    <${Field}
      name="by"
      label="Your name"
      value=${given.by}
      onValue=${put("by")}
      more=${{ maxlength: 100 }}
    />
    <${Field}
      name="reason"
      label="Reason"
      value=${given.reason}
      onValue=${put("reason")}
      more=${{ maxlength: 500 }}
    />
    <${Field}
      name="token"
      label="Admin token"
      value=${given.token}
      onValue=${put("token")}
      more=${{ type: "password" }}
    />
    <p class="hint">
      The name and the reason are kept with the change. The token stays in this page until it is
      closed.
    </p>
    ${problem !== "" && html`<p class="problem" role="alert">${problem}</p>`}
    <button
      class=${action.isDangerous ? "danger solid" : "primary"}
      type="submit"
      disabled=${isSending}
    >
      ${isSending ? "Sending…" : action.confirm}
    </button>
  </form>`;
}

/** What stands between an operator and what cannot be asked for. @param {{ text: string }} props */
const NotPossible = ({ text }) => html`<p class="notice">${text}</p>`;

/**
 * Asks for name, reason and token before anything is done.
 * @param {{ action: Action, hasAdminToken: boolean, canChangeFlags: boolean, onClose: () => void, onDone: (text: string) => void }} props
 */
export function ActionDialog({ action, hasAdminToken, canChangeFlags, onClose, onDone }) {
  const isFlag = action.path.startsWith("/api/flags/") || action.path === "/api/kill-switch";
  return html`<${Dialog} name="action" title=${action.title} onClose=${onClose}>
    <p class="hint">${action.sentence}</p>
    ${
      !hasAdminToken
        ? html`<${NotPossible}
            text="This Banyan only reads: set ADMIN_TOKEN in its environment and restart it to change anything from here."
          />`
        : isFlag && !canChangeFlags
          ? html`<${NotPossible}
              text="These flags cannot be changed from here: change them in Unleash, or set UNLEASH_ADMIN_TOKEN."
            />`
          : html`<${OrderForm} action=${action} onDone=${onDone} />`
    }
  <//>`;
}
