import type { ModelMessage } from "#pam/providers/index.ts";
import type { ToolCall } from "#pam/tools/door.ts";

import { TURN_LIMITS } from "./limits.ts";

/** What every provider takes in a history: OpenAI ids of 40 characters, all of them names of 64. */
const MAX_ID = 40;
const MAX_NAME = 64;

const toToken = (text: string, maxLength: number, fallback: string): string =>
  text.slice(0, maxLength).replaceAll(/[^\w-]/gu, "_") || fallback;

function toFreeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  for (let number = 2; ; number += 1) {
    const suffix = `_${number}`;
    const other = id.slice(0, MAX_ID - suffix.length) + suffix;
    if (!taken.has(other)) return other;
  }
}

/**
 * What one answer of a model calls, as it may stand in a history: providers refuse a request with an id that stands
 * there twice or a name that no tool can have, and would refuse each one after it. Of a flood only the beginning is left.
 */
export function tidyCalls(
  calls: readonly ToolCall[],
  before: readonly ModelMessage[],
): readonly ToolCall[] {
  const taken = new Set(
    before.flatMap((message) =>
      message.role === "assistant" ? message.toolCalls.map(({ id }) => id) : [],
    ),
  );
  return calls.slice(0, TURN_LIMITS.callsOfAnswer).map((call) => {
    const id = toFreeId(toToken(call.id, MAX_ID, "call"), taken);
    taken.add(id);
    return { ...call, id, name: toToken(call.name, MAX_NAME, "unnamed") };
  });
}
