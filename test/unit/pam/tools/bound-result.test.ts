import fc from "fast-check";
import { expect, test } from "vitest";

import { boundResult, MAX_RESULT_CHARACTERS } from "#pam/tools/bound-result.ts";

test("a result that fits is passed on as it is", () => {
  const result = { success: true as const, message: "done", rows: [1, 2, 3] };
  expect(boundResult(result)).toBe(result);
});

test("a long list loses entries at its end and keeps the others whole", () => {
  const rows = Array.from({ length: 400 }, (_, index) => ({ index, note: "x".repeat(60) }));
  const bounded = boundResult({ success: true, count: 400, rows });
  expect(JSON.stringify(bounded).length).toBeLessThanOrEqual(MAX_RESULT_CHARACTERS);
  expect(bounded).toMatchObject({ success: true, truncated: true, count: 400 });
  const kept = "rows" in bounded && Array.isArray(bounded["rows"]) ? bounded["rows"] : [];
  expect(kept.length).toBeGreaterThan(30);
  expect(kept).toEqual(rows.slice(0, kept.length));
});

test("a long text is cut with a mark, never inside a character", () => {
  const bounded = boundResult({ success: true, text: "😀".repeat(9_000) });
  const text = "text" in bounded && typeof bounded["text"] === "string" ? bounded["text"] : "";
  expect(text.endsWith("…")).toBe(true);
  expect(text.isWellFormed()).toBe(true);
});

test("a failure keeps its code however long its text", () => {
  const bounded = boundResult({
    success: false,
    error: "\u0000".repeat(20_000),
    error_code: "FAILED",
  });
  expect(JSON.stringify(bounded).length).toBeLessThanOrEqual(MAX_RESULT_CHARACTERS);
  expect(bounded).toMatchObject({ success: false, error_code: "FAILED" });
});

test("a result of more keys than fit is left with its message", () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => [`key${index}`, index]);
  const wide: Readonly<Record<string, unknown>> = Object.fromEntries(keys);
  expect(boundResult({ ...wide, success: true, message: "Done" })).toEqual({
    success: true,
    truncated: true,
    message: "Done",
  });
  expect(boundResult({ ...wide, success: true })).toMatchObject({ message: "" });
});

test("whatever a tool returns, the model reads whole JSON within the bound", () => {
  const long = fc.oneof(
    fc.array(fc.jsonValue(), { maxLength: 300 }),
    fc.string({ maxLength: 20_000, unit: "binary" }),
    fc.dictionary(fc.string(), fc.string({ maxLength: 400 }), { maxKeys: 200 }),
    fc.jsonValue({ maxDepth: 6 }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), long, { maxKeys: 30 }), (fields) => {
      const bounded = boundResult({ ...fields, success: true });
      const text = JSON.stringify(bounded);
      expect(text.length).toBeLessThanOrEqual(MAX_RESULT_CHARACTERS);
      expect(JSON.parse(text)).toMatchObject({ success: true });
    }),
    { numRuns: 200 },
  );
});
