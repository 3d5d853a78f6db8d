/** @import { Explanation } from "../../../routing/explain.ts" */
import { useEffect, useState } from "preact/hooks";

import { askForExplanation } from "../api.js";
import { SIDE_LABELS, toFreshness } from "../format.js";
import { html } from "../html.js";
import { Dialog } from "./dialog.js";

/** @typedef {{ readonly method: string, readonly path: string }} Asked */
/** @typedef {{ explanation: Explanation } | { problem: string } | undefined} Answer */

const METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "WS"];

const TOKENS = {
  verified: "with a verified token",
  unverified: "with a token that is not verified",
  none: "without a token",
};

/** @param {{ route: Explanation["route"] }} props */
function RouteStep({ route }) {
  if (route === null) return html`<p>No row of the route table</p>`;
  return html`<p><code>${route.id}</code></p>
    <p class="muted"><code>${route.method} ${route.path}</code></p>
    ${Object.entries(route.params).map(
      ([name, value]) => html`<p key=${name} class="muted">${name} = ${value}</p>`,
    )}`;
}

/** @param {{ flags: Explanation["flags"] }} props */
const FlagsStep = ({ flags }) =>
  flags.length === 0
    ? html`<p>None was asked</p>`
    : html`<ul class="lookups">
        ${flags.map(
          ({ name, value }) =>
            html`<li key=${name}>
              <code>${name}</code><span class="value" data-value=${value}>${value}</span>
            </li>`,
        )}
      </ul>`;

/**
 * The way of a request from its path to its side, in the order in which it is decided.
 * @param {{ explanation: Explanation }} props
 */
function Steps({ explanation: { route, cohort, flags, decision, guard, ceiling, freshness } }) {
  const who = cohort.kind === "subject" ? "A token's subject" : "Anonymous";
  return html`<p class="verdict">
      <span class="chip" data-side=${decision.side}>${SIDE_LABELS[decision.side]}</span>
      <span>${decision.sentence}</span>
    </p>
    <ol class="steps">
      <li>
        <h3>Route</h3>
        <${RouteStep} route=${route} />
      </li>
      <li>
        <h3>Cohort</h3>
        <p>${who}, ${TOKENS[cohort.token]}</p>
        <p class="muted">cohort <code>${cohort.hash}</code></p>
      </li>
      <li>
        <h3>Flags, in the order asked</h3>
        <${FlagsStep} flags=${flags} />
      </li>
      ${
        guard !== null &&
        html`<li>
          <h3>Guard</h3>
          <p>${guard.sentence}</p>
        </li>`
      }
      ${
        ceiling !== null &&
        html`<li>
          <h3>Ceiling</h3>
          <p>${ceiling.sentence}</p>
        </li>`
      }
      <li>
        <h3>Flag source</h3>
        <p>${toFreshness(freshness)}</p>
      </li>
    </ol>`;
}

/** @param {{ answer: Answer }} props */
function Outcome({ answer }) {
  if (answer === undefined) return null;
  return "problem" in answer
    ? html`<p class="problem">${answer.problem}</p>`
    : html`<${Steps} explanation=${answer.explanation} />`;
}

/**
 * Says who decides what about a request. A token typed there lives in its field alone, and is gone when the panel closes.
 * @param {{ asked: Asked | undefined, onClose: () => void }} props
 */
export function ExplainPanel({ asked, onClose }) {
  const [method, setMethod] = useState(asked?.method ?? "GET");
  const [path, setPath] = useState(asked?.path ?? "/api/v1/pam/health");
  const [token, setToken] = useState("");
  const [answer, setAnswer] = useState(/** @type {Answer} */ (undefined));

  async function ask() {
    try {
      setAnswer(await askForExplanation({ method, path, token: token.trim() }));
    } catch {
      setAnswer({ problem: "The admin API cannot be reached" });
    }
  }
  useEffect(() => {
    if (asked !== undefined) void ask();
  }, []);

  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    void ask();
  };
  /** @typedef {{ currentTarget: HTMLInputElement }} Typed */
  return html`<${Dialog} name="explain" title="Explain a request" onClose=${onClose}>
    <p class="hint">Nothing is sent to either side. The request is only matched and decided.</p>
    <form autocomplete="off" onSubmit=${submit}>
      <div class="line">
        <label
          >Method
          <select
            value=${method}
            onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) =>
              setMethod(currentTarget.value)}
          >
            ${METHODS.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </label>
        <label class="path-field"
          >Path
          <input
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck=${false}
            value=${path}
            onInput=${(/** @type {Typed} */ { currentTarget }) => setPath(currentTarget.value)}
          />
        </label>
      </div>
      <label
        >Token
        <input
          type="password"
          autocomplete="off"
          placeholder="Optional; kept only while this panel is open"
          value=${token}
          onInput=${(/** @type {Typed} */ { currentTarget }) => setToken(currentTarget.value)}
        />
      </label>
      <button class="primary" type="submit">Explain</button>
    </form>
    <div aria-live="polite"><${Outcome} answer=${answer} /></div>
  <//>`;
}
