import type { ReadableCall, ToolCall } from "#pam/tools/door.ts";

/**
 * A call as it may stand in a history. One that could not be read goes back without arguments, because providers
 * refuse a history with broken ones; its result tells the model what was wrong.
 */
export function toPastCall(call: ToolCall): ReadableCall {
  if (call.kind === "call") return call;
  return { kind: "call", id: call.id, name: call.name, args: {} };
}
