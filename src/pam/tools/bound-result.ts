import type { ToolResult, ToolSuccess } from "./tool-result.ts";

/** What the model reads of one result at most, in UTF-16 units of its JSON. */
export const MAX_RESULT_CHARACTERS = 8_000;

/** One character may take six in JSON. */
const MAX_MESSAGE = 150;

interface Cut {
  readonly maxItems: number;
  readonly maxText: number;
}

/** From gentle to harsh. Long texts go first, then whole entries, so that nothing is left half said. */
const CUTS: readonly Cut[] = [
  { maxItems: 1_000, maxText: 6_000 },
  { maxItems: 1_000, maxText: 2_000 },
  { maxItems: 1_000, maxText: 500 },
  ...[200, 100, 60, 40, 30, 20, 15, 10, 7, 5, 3, 2, 1].map((maxItems) => ({
    maxItems,
    maxText: 500,
  })),
  { maxItems: 1, maxText: 100 },
];

function cutText(text: string, maxText: number): string {
  if (text.length <= maxText) return text;
  // Never half of a surrogate pair.
  return `${text.slice(0, maxText - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

/** A copy with every list, object and text inside cut to size. */
function cutValue(value: unknown, cut: Cut): unknown {
  if (typeof value === "string") return cutText(value, cut.maxText);
  if (Array.isArray(value)) {
    return value.slice(0, cut.maxItems).map((item) => cutValue(item, cut));
  }
  if (typeof value !== "object" || value === null) return value;
  return cutEntries(value, cut, Math.max(cut.maxItems, 20));
}

function cutEntries(value: object, cut: Cut, maxEntries?: number): Record<string, unknown> {
  const entries = Object.entries<unknown>({ ...value }).slice(0, maxEntries);
  return Object.fromEntries(entries.map(([key, item]) => [key, cutValue(item, cut)]));
}

const sizeOf = (value: unknown): number => JSON.stringify(value).length;

function boundSuccess(result: ToolSuccess, maxCharacters: number): ToolSuccess {
  for (const cut of CUTS) {
    const smaller: ToolSuccess = { ...cutEntries(result, cut), success: true, truncated: true };
    if (sizeOf(smaller) <= maxCharacters) return smaller;
  }
  const { message } = result;
  const text = typeof message === "string" ? cutText(message, MAX_MESSAGE) : "";
  return { success: true, truncated: true, message: text };
}

/**
 * The result, or a smaller one that is still whole JSON of at most `maxCharacters` (1,000 or more): lists lose
 * entries at their end, long texts are cut, `truncated` says so. Totals and counts beside them stay true.
 */
export function boundResult(
  result: ToolResult,
  maxCharacters: number = MAX_RESULT_CHARACTERS,
): ToolResult {
  if (sizeOf(result) <= maxCharacters) return result;
  if (result.success) return boundSuccess(result, maxCharacters);
  return { ...result, error: cutText(result.error, MAX_MESSAGE) };
}
