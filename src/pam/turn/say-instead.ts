import type { ToolResult } from "#pam/tools/door.ts";

import type { RanCall } from "./run-calls.ts";
import { NOTHING_SAID, NOTHING_SAID_AFTER_TOOLS, toDoneText, toIssueText } from "./texts.ts";

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

export const isWritten = ({ isWrite, result }: RanCall): boolean => isWrite && result.success;

/** It was given up while it ran, and changes may have been made all the same. */
const mayBeWritten = ({ isWrite, result }: RanCall): boolean =>
  isWrite &&
  !result.success &&
  (result.error_code === "CANCELLED" || result.error_code === "TIMEOUT");

const nameOf = ({ call }: RanCall): string => call.name.replaceAll("_", " ");

function tellDone(ran: RanCall): string {
  const { result } = ran;
  if (!result.success) return nameOf(ran);
  const { message } = result;
  const text = typeof message === "string" ? message.trim().replace(/\.$/u, "") : "";
  return text === "" ? nameOf(ran) : text;
}

/** What a turn that broke has changed by then, or may have changed; `undefined` where that is nothing. */
export function tellChanges(ran: readonly RanCall[]): string | undefined {
  const done = ran.filter(isWritten).map(tellDone);
  const unknown = ran.filter(mayBeWritten).map(nameOf);
  return done.length + unknown.length === 0 ? undefined : toDoneText(done, unknown);
}
