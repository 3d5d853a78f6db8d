/** What a spreadsheet takes for the start of a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

function toCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const harmless = FORMULA_START.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Rows as CSV (RFC 4180): a line of names, then one a row, each ended by CRLF, columns in the order of their
 * names; nothing at all for no rows. Lists and objects stand as JSON. A text that a spreadsheet would run as a
 * formula is made a text by an apostrophe.
 */
export function toCsv(rows: readonly object[]): string {
  if (rows.length === 0) return "";
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].toSorted();
  const lines = rows.map((row) => {
    const cells = new Map<string, unknown>(Object.entries(row));
    return columns.map((column) => cells.get(column));
  });
  return [columns, ...lines].map((cells) => `${cells.map(toCell).join(",")}\r\n`).join("");
}
