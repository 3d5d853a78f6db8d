/** @import { ComponentChildren } from "preact" */
import { useEffect, useRef } from "preact/hooks";

import { html } from "../html.js";

/**
 * A panel over the page while it is mounted. Escape, its button and a click beside it close it; the focus goes back to
 * where it was.
 * @param {{ name: string, title: ComponentChildren, onClose: () => void, children?: ComponentChildren }} props
 */
export function Dialog({ name, title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  /** @param {MouseEvent} event */
  const closeFromBackdrop = (event) => {
    // The backdrop belongs to the dialog; what is in it has elements of its own.
    if (event.target === dialog.current) dialog.current?.close();
  };
  return html`<dialog
    ref=${dialog}
    class=${`panel ${name}`}
    aria-labelledby=${`${name}-title`}
    onClose=${onClose}
    onClick=${closeFromBackdrop}
  >
    <div class="dialog-head">
      <h2 id=${`${name}-title`}>${title}</h2>
      <button class="quiet" type="button" onClick=${() => dialog.current?.close()}>Close</button>
    </div>
    ${children}
  </dialog>`;
}
