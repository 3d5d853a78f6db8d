/** JSON as the legacy's `json.dumps(…, ensure_ascii=False)` prints it: a blank after each comma and colon. */
export function toFrameText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toFrameText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).flatMap(([key, entry]) =>
      entry === undefined ? [] : [`${JSON.stringify(key)}: ${toFrameText(entry)}`],
    );
    return `{${entries.join(", ")}}`;
  }
  // What JSON has no word for: a Date's and a Map's own text would be no better.
  return JSON.stringify(value) ?? "null";
}
