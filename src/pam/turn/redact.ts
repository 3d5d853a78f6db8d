import type { ModelMessage } from "#pam/providers/index.ts";
import type { ToolResult } from "#pam/tools/door.ts";

export type Redact = (text: string) => string;

/** Digits of an id may look like a telephone's; without ids the model could not name what it read about. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** A copy whose texts are redacted. Numbers stay: coordinates and amounts are no personal data by their form. */
function redactValue(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return UUID.test(value) ? value : redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  // A date is an object, too, and writes itself.
  if (typeof value !== "object" || value === null || "toJSON" in value) return value;
  return redactFields({ ...value }, redact);
}

export function redactFields(
  record: Readonly<Record<string, unknown>>,
  redact: Redact,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, redactValue(value, redact)]),
  );
}

export function redactResult(result: ToolResult, redact: Redact): ToolResult {
  return result.success
    ? { ...redactFields(result, redact), success: true }
    : { ...result, error: redact(result.error) };
}

/** Texts and arguments; results were redacted before they became text. */
export function redactMessage(message: ModelMessage, redact: Redact): ModelMessage {
  switch (message.role) {
    case "user":
      return { role: "user", text: redact(message.text) };
    case "assistant":
      return {
        role: "assistant",
        text: redact(message.text),
        toolCalls: message.toolCalls.map((call) =>
          call.kind === "call" ? { ...call, args: redactFields(call.args, redact) } : call,
        ),
      };
    case "tool":
      return message;
    default:
      return message satisfies never;
  }
}
