import { expect, test } from "vitest";

import { reachOf } from "#support/import-reach.ts";

const { files, packages, nodeUsers } = reachOf("src/pam/tools/door.ts");

test("what banyan/tools gives needs zod and nothing else, least of all Node", () => {
  expect(files.length).toBeGreaterThan(80);
  expect(packages).toEqual(["zod"]);
  expect(files.filter((path) => path.startsWith("src/platform/")).toSorted()).toEqual([
    "src/platform/clock.ts",
    "src/platform/resilience/until-aborted.ts",
  ]);
});

test("nothing it reaches names what only Node has", () => {
  expect(nodeUsers).toEqual([]);
});
