import type { JsonReading } from "#contracts/validation/python-json.ts";

/** `str()` of the exception that Python's `json.loads` throws for this text. */
export function toJsonErrorText(
  text: string,
  reading: Exclude<JsonReading, { kind: "value" }>,
): string {
  if (reading.kind === "unreadable") return "maximum recursion depth exceeded";
  const before = Array.from(text).slice(0, reading.position);
  const line = before.filter((character) => character === "\n").length + 1;
  const column = reading.position - before.lastIndexOf("\n");
  return `${reading.message}: line ${line} column ${column} (char ${reading.position})`;
}
