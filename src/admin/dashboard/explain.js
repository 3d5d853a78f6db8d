/** @import { Explanation } from "../../routing/explain.ts" */
import { askForExplanation } from "./api.js";
import { element, find } from "./element.js";
import { SIDE_LABELS, toFreshness } from "./format.js";

/** @param {Explanation["route"]} route */
function toRouteStep(route) {
  if (route === null) return [element("p", {}, "No row of the route table")];
  const params = Object.entries(route.params).map(([name, value]) =>
    element("p", { class: "detail" }, `${name} = ${value}`),
  );
  return [
    element("p", {}, element("code", {}, route.id)),
    element("p", { class: "detail" }, element("code", {}, `${route.method} ${route.path}`)),
    ...params,
  ];
}

const TOKENS = {
  verified: "with a verified token",
  unverified: "with a token that is not verified",
  none: "without a token",
};

/** @param {Explanation["cohort"]} cohort */
const toCohortStep = ({ kind, hash, token }) => [
  element("p", {}, `${kind === "subject" ? "A token's subject" : "Anonymous"}, ${TOKENS[token]}`),
  element("p", { class: "detail" }, "cohort ", element("code", {}, hash)),
];

/** @param {Explanation["flags"]} flags */
function toFlagsStep(flags) {
  if (flags.length === 0) return [element("p", {}, "None was asked")];
  const rows = flags.map(({ name, value }) =>
    element(
      "li",
      {},
      element("code", {}, name),
      element("span", { class: "value", "data-value": value }, value),
    ),
  );
  return [element("ul", { class: "lookups" }, ...rows)];
}

/**
 * @param {string} title
 * @param {Node[]} content
 */
const toStep = (title, content) => element("li", {}, element("h3", {}, title), ...content);

/**
 * The way of a request from its path to its side, in the order in which it is decided.
 * @param {Explanation} explanation
 */
function toSteps({ route, cohort, flags, decision, freshness }) {
  return [
    element(
      "p",
      { class: "verdict" },
      element("span", { class: "chip", "data-side": decision.side }, SIDE_LABELS[decision.side]),
      element("span", {}, decision.sentence),
    ),
    element(
      "ol",
      { class: "steps" },
      toStep("Route", toRouteStep(route)),
      toStep("Cohort", toCohortStep(cohort)),
      toStep("Flags, in the order asked", toFlagsStep(flags)),
      toStep("Flag source", [element("p", {}, toFreshness(freshness))]),
    ),
  ];
}

/** @param {string} text */
const toProblem = (text) => element("p", { class: "problem" }, text);

/**
 * The panel that says who decides what about a request. A token typed there lives in its field alone,
 * and is wiped when the panel closes.
 */
export function createExplainPanel() {
  const dialog = find("#explain", HTMLDialogElement);
  const method = find("#explain-method", HTMLSelectElement);
  const path = find("#explain-path", HTMLInputElement);
  const token = find("#explain-token", HTMLInputElement);
  const result = find("#explanation", HTMLElement);

  async function ask() {
    try {
      const answer = await askForExplanation({
        method: method.value,
        path: path.value,
        token: token.value.trim(),
      });
      if ("problem" in answer) result.replaceChildren(toProblem(answer.problem));
      else result.replaceChildren(...toSteps(answer.explanation));
    } catch {
      result.replaceChildren(toProblem("The admin API cannot be reached"));
    }
  }
  find("#explain-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void ask();
  });
  find("#close-explain", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    // The backdrop belongs to the dialog; what is in it has elements of its own.
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    token.value = "";
    result.replaceChildren();
  });

  return {
    open() {
      dialog.showModal();
      path.focus();
    },
    /** @param {{ readonly method: string, readonly path: string }} route */
    openFor(route) {
      method.value = route.method;
      path.value = route.path;
      dialog.showModal();
      void ask();
    },
  };
}
