/** JSON as Python's `json.dumps(…, ensure_ascii=False)` prints it: a blank after each comma and colon. */
export function toPythonFrame(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toPythonFrame).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, entry]) => `${JSON.stringify(key)}: ${toPythonFrame(entry)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value);
}
