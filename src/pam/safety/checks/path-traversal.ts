import { defineSignatureCheck, partThenPart } from "./signatures.ts";

export const pathTraversal = defineSignatureCheck("path-traversal", [
  ["path traversal", partThenPart("../", "..")],
  ["path /etc/passwd", ({ folded }) => folded.includes("/etc/passwd")],
  ["path /proc/", ({ folded }) => folded.includes("/proc/")],
]);
