import { SPACE } from "../python-text.ts";
import { defineSignatureCheck, matching } from "./signatures.ts";

const HANDLER = new RegExp(`on(?:error|load|click|mouseover)${SPACE}?=`, "u");

/** Sanitised text has none of these; text that came another way, such as speech, may. */
export const crossSiteScripting = defineSignatureCheck("cross-site-scripting", [
  ["script tag", matching(/<script[ >/]/u)],
  ["javascript scheme", ({ folded }) => folded.includes("javascript:")],
  ["vbscript scheme", ({ folded }) => folded.includes("vbscript:")],
  ["event handler", matching(HANDLER)],
]);
