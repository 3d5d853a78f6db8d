import { useEffect, useRef } from "preact/hooks";

import { html } from "../html.js";
import { FILTERS } from "../route-filter.js";

/** Whether a key is meant for what has the focus. @param {EventTarget | null} target */
const isTyping = (target) =>
  (target instanceof HTMLInputElement && target.type !== "radio") ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;

/**
 * @typedef {object} ToolbarProps
 * @property {string} filter
 * @property {(filter: string) => void} onFilter
 * @property {string} search
 * @property {(search: string) => void} onSearch
 * @property {() => void} onExplain
 * @property {boolean} isKilled
 * @property {() => void} onKillSwitch
 */

/** @param {ToolbarProps} props */
export function Toolbar({ filter, onFilter, search, onSearch, onExplain, isKilled, onKillSwitch }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    function focusSearch(event) {
      if (event.key !== "/" || isTyping(event.target) || event.ctrlKey || event.metaKey) return;
      if (document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      field.current?.focus();
    }
    document.addEventListener("keydown", focusSearch);
    return () => document.removeEventListener("keydown", focusSearch);
  }, []);
  return html`<div class="toolbar">
    <label class="search">
      <span class="visually-hidden">Search routes</span>
      <input
        ref=${field}
        id="search"
        type="search"
        placeholder="Search path, route or flag"
        autocomplete="off"
        spellcheck=${false}
        aria-keyshortcuts="/"
        value=${search}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) =>
          onSearch(currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
    <fieldset class="filters">
      <legend class="visually-hidden">Show</legend>
      ${Object.entries(FILTERS).map(
        ([value, { label }]) =>
          html`<label key=${value}
            ><input
              type="radio"
              name="filter"
              value=${value}
              checked=${filter === value}
              onChange=${() => onFilter(value)}
            /><span>${label}</span></label
          >`,
      )}
    </fieldset>
    <button class="quiet push" id="open-explain" type="button" onClick=${onExplain}>
      Explain a request
    </button>
    <button class="danger" id="kill-switch" type="button" onClick=${onKillSwitch}>
      ${isKilled ? "Turn kill switch off" : "Kill switch"}
    </button>
  </div>`;
}
