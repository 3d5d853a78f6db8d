import type { ToolResult } from "#pam/tools/door.ts";

import { NOTHING_SAID, NOTHING_SAID_AFTER_TOOLS, toIssueText } from "./texts.ts";

/** What the user reads where the model says nothing, made of what its tools say: the legacy's order of choice. */
export function sayInstead(results: readonly ToolResult[]): string {
  const [first] = results;
  if (first === undefined) return NOTHING_SAID;
  if (!first.success) {
    return first.error_code === "CONFIRMATION_REQUIRED" ? first.error : toIssueText(first.error);
  }
  const { message } = first;
  return typeof message === "string" && message !== "" ? message : NOTHING_SAID_AFTER_TOOLS;
}
