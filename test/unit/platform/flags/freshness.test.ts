import { describe, expect, test } from "vitest";

import { toFileFreshness, toServerFreshness } from "#platform/flags/freshness.ts";
import type { FlagFreshness } from "#platform/flags/index.ts";

const at = (nowMs: number, confirmedAtMs?: number, problem?: string): FlagFreshness =>
  toServerFreshness({ nowMs, confirmedAtMs, problem }, 8000);

describe("a file", () => {
  test("that can be read is fresh however long ago it changed", () => {
    expect(
      toFileFreshness({ nowMs: 90_000, confirmedAtMs: 1000, problem: undefined }),
    ).toMatchObject({ state: "fresh", source: "file", ageMs: 0, problem: undefined });
  });

  test("that broke is stale, as old as the fault", () => {
    expect(toFileFreshness({ nowMs: 90_000, confirmedAtMs: 80_000, problem: "gone" })).toEqual({
      state: "stale",
      source: "file",
      ageMs: 10_000,
      problem: "gone",
    });
  });

  test("that could never be read is offline", () => {
    expect(toFileFreshness({ nowMs: 90_000, confirmedAtMs: undefined, problem: "gone" })).toEqual({
      state: "offline",
      source: "file",
      ageMs: undefined,
      problem: "gone",
    });
  });
});

describe("a server", () => {
  test("that never answered is offline, and why is said even before the first failure", () => {
    expect(at(5000)).toEqual({
      state: "offline",
      source: "unleash",
      ageMs: undefined,
      problem: "Unleash has not answered yet",
    });
    expect(at(5000, undefined, "ECONNREFUSED").problem).toBe("ECONNREFUSED");
  });

  test("is fresh up to its limit and stale past it", () => {
    expect(at(18_000, 10_000)).toMatchObject({ state: "fresh", ageMs: 8000, problem: undefined });
    expect(at(18_001, 10_000)).toMatchObject({
      state: "stale",
      ageMs: 8001,
      problem: "Unleash has stopped answering",
    });
  });

  test("that failed one poll is still fresh, with a problem", () => {
    expect(at(12_000, 10_000, "500")).toMatchObject({ state: "fresh", problem: "500" });
  });
});
