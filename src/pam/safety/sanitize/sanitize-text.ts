import { stripWhitespace } from "#contracts/schema/text.ts";

import type { SafetyProfile } from "../profile.ts";
import { collapseWhitespace } from "../python-text.ts";
import { hasDangerousContent } from "./dangerous-content.ts";
import { decodeReferences } from "./decode-references.ts";
import { escapeBareMarkup, escapeMarkup } from "./escape-markup.ts";
import { stripTags } from "./strip-tags.ts";

export type Sanitized =
  | { readonly kind: "clean"; readonly text: string }
  | { readonly kind: "dangerous" };

/** Control characters but tab, line feed and carriage return. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/gu;

/** White space at the ends of a stretch of text is kept, form feeds included. */
function replaceControls(node: string): string {
  const start = /^[\t\n\f\r ]*/u.exec(node)?.[0].length ?? 0;
  let end = node.length;
  while (end > start && "\t\n\f\r ".includes(node.charAt(end - 1))) end -= 1;
  return node.slice(0, start) + node.slice(start, end).replace(CONTROL, "?") + node.slice(end);
}

/**
 * Makes plain text of what a user sent: references decoded once, tags out, white space collapsed. The
 * profile `legacy` then escapes `&`, `<` and `>` twice, as the legacy does before its checks and its model see
 * the text. `dangerous` where what is left could still run.
 */
export function sanitizeText(text: string, profile: SafetyProfile): Sanitized {
  const nodes = stripTags(decodeReferences(stripWhitespace(text)));
  const texts = nodes.map(replaceControls);
  const stripped = (profile === "legacy" ? texts.map(escapeBareMarkup) : texts).join("");
  if (hasDangerousContent(stripped, profile)) return { kind: "dangerous" };
  const collapsed = collapseWhitespace(stripped);
  return { kind: "clean", text: profile === "legacy" ? escapeMarkup(collapsed) : collapsed };
}
