/** @import { DriftExample } from "../../../delivery/drift/drift-snapshot.ts" */
import { SIDE_LABELS, toAgo } from "../format.js";
import { html } from "../html.js";

/** @typedef {Extract<DriftExample, { readonly kind: "exchange" }>} ExchangeExample */
/** @typedef {Extract<DriftExample, { readonly kind: "conversation" }>} ConversationExample */

/** @param {string | null | undefined} body */
function toLines(body) {
  if (body === undefined) return ["No answer"];
  if (body === null) return ["Longer than is kept, or no text"];
  if (body === "") return ["No body"];
  try {
    return JSON.stringify(JSON.parse(body), null, 2).split("\n");
  } catch {
    return body.split("\n");
  }
}

/** @param {string} line */
const plain = (line) => line.replace(/,$/u, "");

/**
 * Lines that the other side does not have stand out.
 * @param {{ lines: readonly string[], others: readonly string[] }} props
 */
function Body({ lines, others }) {
  const known = new Set(others.map(plain));
  return html`<pre tabindex="0">
${lines.map((line, index) =>
      known.has(plain(line))
        ? html`<span key=${index}>${line}${"\n"}</span>`
        : html`<mark key=${index}>${line}${"\n"}</mark>`,
    )}</pre>`;
}

/** @param {{ differences: DriftExample["differences"], omitted: number }} props */
const Differences = ({ differences, omitted }) =>
  html`<table class="differences">
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">What</th>
          <th scope="col" data-side="legacy">Legacy</th>
          <th scope="col" data-side="native">Native</th>
        </tr>
      </thead>
      <tbody>
        ${differences.map(
          ({ path, kind, legacy, native, explainedBy }, index) =>
            html`<tr key=${index}>
              <td><code>${path}</code></td>
              <td>
                ${kind}${explainedBy !== undefined && html` <span class="muted">${explainedBy}</span>`}
              </td>
              <td><code>${legacy || "nothing"}</code></td>
              <td><code>${native || "nothing"}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${omitted > 0 && html`<p class="muted">and ${omitted} more</p>`}`;

/** @param {{ effects: DriftExample["effects"] }} props */
const Effects = ({ effects }) =>
  effects.length === 0
    ? null
    : html`<p class="muted">
        Native meant to do, and did not:
        ${effects.map(({ kind, summary }) => `${kind} ${summary}`).join("; ")}
      </p>`;

/** @param {{ example: ExchangeExample }} props */
function Exchange({ example }) {
  const { legacy, native } = example;
  const [left, right] = [toLines(legacy.body), toLines(native?.body)];
  return html`<div class="side-by-side">
    <section data-side="legacy">
      <h4>Legacy ${legacy.status}</h4>
      <${Body} lines=${left} others=${right} />
    </section>
    <section data-side="native">
      <h4>Native ${native?.status ?? "gave no answer"}</h4>
      <${Body} lines=${right} others=${left} />
    </section>
  </div>`;
}

/** @typedef {{ sent: string[], received: string[] }} Turn */

/**
 * What the client said, and what came back until it spoke again.
 * @param {ConversationExample["legacy"] | undefined} transcript
 */
function toTurns(transcript) {
  /** @type {Turn} */
  let turn = { sent: [], received: [] };
  const turns = [turn];
  for (const { from, text } of transcript?.frames ?? []) {
    const shown = text ?? "(not kept)";
    if (from === "server") turn.received.push(shown);
    else {
      if (turn.received.length > 0 || turn.sent.length === 0) {
        turn = { sent: [], received: [] };
        turns.push(turn);
      }
      turn.sent.push(shown);
    }
  }
  return turns.filter(({ sent, received }) => sent.length + received.length > 0);
}

/** @param {{ frames: readonly string[], others: readonly string[] }} props */
function Frames({ frames, others }) {
  const known = new Set(others);
  if (frames.length === 0) return html`<p class="muted">Silence</p>`;
  return html`${frames.map(
    (frame, index) =>
      html`<pre key=${index} tabindex="0" data-differs=${String(!known.has(frame))}>
${toLines(frame).join("\n")}</pre>`,
  )}`;
}

/** @param {ConversationExample["legacy"] | undefined} transcript */
const toClose = (transcript) =>
  transcript?.close === undefined
    ? "went on"
    : `closed with ${transcript.close.code} by the ${transcript.close.by}`;

/** @param {{ side: "legacy" | "native", frames: readonly string[], others: readonly string[] }} props */
const Received = ({ side, frames, others }) =>
  html`<section data-side=${side}>
    <h4>${SIDE_LABELS[side]}</h4>
    <${Frames} frames=${frames} others=${others} />
  </section>`;

/** @type {Turn} */
const SILENCE = { sent: [], received: [] };

/** @param {{ at: number, legacy: Turn | undefined, native: Turn | undefined }} props */
function TurnLine({ at, legacy = SILENCE, native = SILENCE }) {
  const { sent } = legacy.sent.length > 0 ? legacy : native;
  return html`<li>
    <div class="said">
      <h4>Turn ${at}: the client</h4>
      <${Frames} frames=${sent} others=${sent} />
    </div>
    <div class="side-by-side">
      <${Received} side="legacy" frames=${legacy.received} others=${native.received} />
      <${Received} side="native" frames=${native.received} others=${legacy.received} />
    </div>
  </li>`;
}

/** @param {{ example: ConversationExample }} props */
function Conversation({ example }) {
  const legacy = toTurns(example.legacy);
  const native = toTurns(example.native);
  const length = Math.max(legacy.length, native.length);
  return html`<ol class="turns">
      ${Array.from(
        { length },
        (_, index) =>
          html`<${TurnLine}
            key=${index}
            at=${index + 1}
            legacy=${legacy[index]}
            native=${native[index]}
          />`,
      )}
    </ol>
    <p class="muted">Legacy ${toClose(example.legacy)}; native ${toClose(example.native)}.</p>`;
}

/** @param {DriftExample} example */
function toTitle({ differences }) {
  const [first] = differences;
  const more = differences.length > 1 ? ` and ${differences.length - 1} more` : "";
  return `${first?.kind ?? ""} at ${first?.path ?? "nowhere"}${more}`;
}

/**
 * One shadowed request in which something differed; everything in it was redacted before it was kept.
 * @param {{ example: DriftExample, isOpen: boolean }} props
 */
export const Example = ({ example, isOpen }) =>
  html`<details class="example" open=${isOpen}>
    <summary>
      <span>${toTitle(example)}</span>
      <span class="muted">${toAgo(example.atMs)} · <code>${example.request.target}</code></span>
    </summary>
    <${Differences} differences=${example.differences} omitted=${example.omitted} />
    <${Effects} effects=${example.effects} />
    ${
      example.kind === "exchange"
        ? html`<${Exchange} example=${example} />`
        : html`<${Conversation} example=${example} />`
    }
  </details>`;
