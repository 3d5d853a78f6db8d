import { SPACE, WORD } from "../python-text.ts";
import type { CheckedText } from "./check.ts";
import { defineSignatureCheck, matching, type Signature } from "./signatures.ts";

/** By how it begins: inside another word too on the legacy. */
function beginning(label: string, source: string): Signature {
  const anywhere = new RegExp(source, "u");
  const fromWordOn = new RegExp(`(?<!${WORD})${source}`, "u");
  return [
    label,
    ({ folded, profile }: CheckedText) =>
      (profile === "legacy" ? anywhere : fromWordOn).test(folded),
  ];
}

/** Sanitised text has none of these; text that came another way, such as speech, may. */
export const crossSiteScripting = defineSignatureCheck("cross-site-scripting", [
  ["script tag", matching(/<script[ >/]/u)],
  beginning("javascript scheme", "javascript:"),
  beginning("vbscript scheme", "vbscript:"),
  beginning("event handler", `on(?:error|load|click|mouseover)${SPACE}?=`),
]);
