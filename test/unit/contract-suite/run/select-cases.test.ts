import { expect, test } from "vitest";

import { assumedFixtures } from "#contract-suite/cases/fixture.ts";
import { createAddresses } from "#contract-suite/run/addresses.ts";
import { createCaseContext } from "#contract-suite/run/case-context.ts";
import { type Selection, selectCases } from "#contract-suite/run/select-cases.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const { cases, fixtures, recordings } = loadTestSuite();

const select = (changes: Partial<Selection> = {}) =>
  selectCases(
    cases,
    {
      side: "legacy",
      held: new Set(assumedFixtures(fixtures, "legacy")),
      nativeRoutes: new Set(["chat.health"]),
      ...changes,
    },
    fixtures,
  );

test("a case that needs what the target does not hold is skipped, and says what that is", () => {
  const { run, skipped } = select();
  expect(run.length + skipped.length).toBe(cases.length);
  const limiter = skipped.find(({ case: { id } }) => id === "sequence/limit.user");
  expect(limiter?.reason).toMatch(/^It needs the fixture "limiter": /);
});

test("a native side is held to the routes it has, and to no other", () => {
  const { run } = select({ side: "native" });
  expect(new Set(run.map(({ route }) => route))).toEqual(new Set(["chat.health"]));
});

test("concern, tag and id narrow the cases down", () => {
  const { run } = select({ concern: "cache", tag: "smoke" });
  expect(run.length).toBeGreaterThan(0);
  expect(run.every(({ concern, tags }) => concern === "cache" && tags.has("smoke"))).toBe(true);
  expect(select({ id: "chat/happy" }).run.map(({ id }) => id)).toEqual(["chat/happy"]);
});

test("no two cases of a run share a client address, and a case keeps its own", () => {
  const takeAddress = createAddresses(2 ** 24 - 1);
  const contexts = [1, 2].map(() =>
    createCaseContext({
      tokens: recordings.tokens,
      sign: () => "signed",
      takeUser: () => "u",
      takeAddress,
    }),
  );
  const addresses = contexts.map((context) =>
    [1, 2].map(() => context.fillHeaders(["X-Forwarded-For", "203.0.0.1, 198.51.100.7"])[1]),
  );
  expect(addresses).toEqual([
    ["10.255.255.255, 198.51.100.7", "10.255.255.255, 198.51.100.7"],
    ["10.0.0.0, 198.51.100.7", "10.0.0.0, 198.51.100.7"],
  ]);
});

test("a request without an address gets one, because the runner's own would be blocked", () => {
  const context = createCaseContext({
    tokens: recordings.tokens,
    sign: () => "signed",
    takeUser: () => "u",
    takeAddress: createAddresses(7),
  });
  expect(context.fillHeaders(["Authorization", "Bearer {{token:1-1111_valid}}"])).toEqual([
    "Authorization",
    "Bearer signed",
    "X-Forwarded-For",
    "10.0.0.7",
  ]);
});
