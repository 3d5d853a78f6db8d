/** @import { RouteDrift } from "../../../delivery/drift/drift-snapshot.ts" */
import { toAgo, toCount } from "../format.js";
import { html } from "../html.js";

/** @typedef {RouteDrift["fields"][number]} FieldDrift */

/**
 * @typedef {object} FieldNode
 * @property {string} name
 * @property {Map<string, FieldNode>} parts
 * @property {FieldDrift | undefined} field
 */

/** @param {string} name @returns {FieldNode} */
const createNode = (name) => ({ name, parts: new Map(), field: undefined });

/**
 * Fields by the places they stand in.
 * @param {readonly FieldDrift[]} fields
 */
function toTree(fields) {
  const root = createNode("");
  for (const field of fields) {
    let node = root;
    for (const name of field.field.split("/").filter(Boolean)) {
      const next = node.parts.get(name) ?? createNode(name);
      node.parts.set(name, next);
      node = next;
    }
    node.field = field;
  }
  return root;
}

const VERDICTS = {
  drift: "drift",
  undetermined: "too few to tell",
  noise: "noise",
  explained: "decided",
};

/** @param {FieldDrift} field */
function toFacts({ kinds, raw, noise, explained, lastSeenMs, explainedBy }) {
  const decided = explained > 0 ? `, ${toCount(explained)} as decided` : "";
  const parts = [
    kinds.join(", "),
    `${toCount(raw)} against native, ${toCount(noise)} against itself${decided}`,
    `last ${toAgo(lastSeenMs)}`,
    ...explainedBy,
  ];
  return ` ${parts.join(" · ")}`;
}

/** @param {{ field: FieldDrift }} props */
const FieldFacts = ({ field }) =>
  html`<div class="field-facts">
    <p>
      <span class="verdict-word" data-verdict=${field.verdict}>${VERDICTS[field.verdict]}</span>
      <span class="muted">${toFacts(field)}</span>
    </p>
    <dl class="sides">
      <div data-side="legacy">
        <dt>Legacy</dt>
        <dd><code>${field.legacy || "nothing"}</code></dd>
      </div>
      <div data-side="native">
        <dt>Native</dt>
        <dd><code>${field.native || "nothing"}</code></dd>
      </div>
    </dl>
  </div>`;

/** @param {{ node: FieldNode }} props */
const Branch = ({ node }) =>
  html`<li>
    <code class="field-name">${node.name}</code>
    ${node.field !== undefined && html`<${FieldFacts} field=${node.field} />`}
    ${node.parts.size > 0 && html`<${Branches} node=${node} />`}
  </li>`;

/** @param {{ node: FieldNode }} props */
const Branches = ({ node }) =>
  html`<ul>
    ${[...node.parts.values()].map((part) => html`<${Branch} key=${part.name} node=${part} />`)}
  </ul>`;

/**
 * Every field that ever differed, in the tree of the answer.
 * @param {{ fields: readonly FieldDrift[] }} props
 */
export const FieldTree = ({ fields }) =>
  html`<div class="field-tree"><${Branches} node=${toTree(fields)} /></div>`;
