import { expect, test } from "vitest";

import type { Difference } from "#contract-suite/compare/difference.ts";
import { classify } from "#contract-suite/drift/classify.ts";
import { toChanges, toDriftText } from "#contract-suite/drift/drift-report.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const difference = (changes: Partial<Difference>): Difference => ({
  path: "/body/message",
  kind: "value",
  expected: "one sentence",
  got: "another sentence",
  ...changes,
});

test.each([
  ["a field that is gone", { kind: "missing" }, "breaking"],
  ["a field of another type", { kind: "type" }, "breaking"],
  ["another status", { kind: "status", path: "/status" }, "breaking"],
  ["another close code", { kind: "close-code", path: "/close/code" }, "breaking"],
  ["frames in another order", { kind: "frame", path: "/frames/1" }, "breaking"],
  ["another value of a code", { path: "/steps/1/body/error_code" }, "breaking"],
  ["true that was false", { expected: "false", got: "true" }, "breaking"],
  ["another method allowed", { kind: "header", path: "/headers/allow" }, "breaking"],
  ["another server", { kind: "header", path: "/headers/server" }, "harmless"],
  ["a field more", { kind: "extra" }, "harmless"],
  ["fields in another order", { kind: "order" }, "harmless"],
  ["a number in another spelling", { kind: "format" }, "harmless"],
  ["other words", {}, "harmless"],
] as const)("%s is %j: %s", (_, changes, impact) => {
  expect(classify(difference(changes))).toBe(impact);
});

test("a change that shows in many cases is told once, breaking ones first", () => {
  const [given] = loadTestSuite().cases;
  if (given === undefined) throw new TypeError("There are cases");
  const result = (id: string, differences: readonly Difference[]) => ({
    case: { ...given, id, route: "chat.send" },
    differences,
    deviations: [],
    traces: [],
    durationMs: 1,
  });
  const extra = difference({ kind: "extra", path: "/body/new" });
  const missing = difference({ kind: "missing", path: "/body/old" });
  const changes = toChanges([
    ...["a/1", "a/2", "a/3", "a/4"].map((id) => result(id, [extra])),
    result("a/5", [extra, missing]),
  ]);
  expect(changes.map(({ impact, path, cases }) => [impact, path, cases.length])).toEqual([
    ["breaking", "/body/old", 1],
    ["harmless", "/body/new", 5],
  ]);
  const text = toDriftText(changes, 5);
  expect(text).toContain("a/1, a/2, a/3 and 2 more");
  expect(text.trimEnd().split("\n").at(-1)).toBe(
    "1 breaking changes, 1 harmless ones, in 5 recorded exchanges",
  );
});
