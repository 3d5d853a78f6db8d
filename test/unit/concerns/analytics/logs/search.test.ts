import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type LogEntry, toLogEntry } from "#concerns/analytics/logs/log-entry.ts";
import { searchEntries } from "#concerns/analytics/logs/search-entries.ts";
import { readSearchPattern, type SearchPattern } from "#concerns/analytics/logs/search-pattern.ts";

function entryOf(message: string): LogEntry {
  return toLogEntry({
    eventType: "user_action",
    severity: "info",
    message,
    userId: "11111111-1111-4111-8111-111111111111",
    requestId: null,
    sessionId: null,
    endpoint: null,
    durationMs: null,
    errorCode: null,
    errorMessage: null,
    context: {},
    at: "2026-03-01T10:20:30.123456+00:00",
  });
}

function patternOf(source: string): SearchPattern {
  const reading = readSearchPattern(source);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.pattern;
}

describe("a pattern", () => {
  test("is found whatever the case of its letters", () => {
    expect(patternOf("caf\\S+ open").isIn("the CAFÉ OPENS")).toBe(true);
    expect(patternOf("^a.c$").isIn("abd")).toBe(false);
  });

  test.each([
    "[",
    "(",
    "*",
    "(?=a)",
    "(?<!a)b",
    String.raw`(a)\1`,
    "a{2000}",
    "((a{100}){100}){100}",
  ])("that cannot be read, or not in time, is refused: %s", (source) => {
    expect(readSearchPattern(source)).toMatchObject({ ok: false });
  });

  test("that is long or repeats much is refused", () => {
    expect(readSearchPattern("a".repeat(201)).ok).toBe(false);
    for (const source of ["[a-z]{500}", "a{1,100}", "a{100,}", "(a{20}){20}"]) {
      expect(readSearchPattern(source)).toEqual({
        ok: false,
        problem: "the pattern repeats too much",
      });
    }
    expect(readSearchPattern(String.raw`\x{1F600}|\d{2,12}`).ok).toBe(true);
    expect(readSearchPattern("a".repeat(150)).ok).toBe(true);
  });

  test("of any text is a pattern or refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (source) => {
        expect(readSearchPattern(source).ok).toBeTypeOf("boolean");
      }),
    );
  });
});

describe("a search", () => {
  test("gives the entries that match, in their order, and says how many it looked at", async () => {
    const entries = ["one", "two", "one more"].map(entryOf);
    expect(await searchEntries(entries, patternOf("one"), 10)).toEqual({
      matches: [entries[0], entries[2]],
      searchedCount: 3,
      isLimited: false,
    });
  });

  test("ends at the limit and says so", async () => {
    const entries = ["one", "one", "one"].map(entryOf);
    const found = await searchEntries(entries, patternOf("one"), 2);
    expect(found).toMatchObject({ searchedCount: 2, isLimited: true });
  });

  test("looks at names and values alike, and at the start of a very long line only", async () => {
    const entries = [entryOf(`${"x".repeat(10_000)}needle`)];
    expect((await searchEntries(entries, patternOf("event_type"), 1)).matches).toHaveLength(1);
    expect((await searchEntries(entries, patternOf("needle"), 1)).matches).toHaveLength(0);
  });

  test("ends when it has done enough work, however little it found", async () => {
    const entries = Array.from({ length: 1000 }, () => entryOf("a".repeat(4000)));
    const found = await searchEntries(entries, patternOf("(a?){40}b"), 1000);
    expect(found.isLimited).toBe(true);
    expect(found.matches).toEqual([]);
    expect(found.searchedCount).toBeLessThan(100);
  });

  test("lets others have their turn", async () => {
    const entries = Array.from({ length: 200 }, () => entryOf("a".repeat(4000)));
    let isOver = false;
    const search = searchEntries(entries, patternOf("zzz"), 10).then(() => (isOver = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    await search;
  });
});
