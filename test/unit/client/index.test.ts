import { expect, test } from "vitest";

import { reachOf } from "#support/import-reach.ts";

const { files, packages, nodeUsers } = reachOf("src/client/index.ts");

test("what banyan/client gives needs zod and nothing else, least of all Node", () => {
  expect(files).toContain("contracts/chat/send.contract.ts");
  expect(packages).toEqual(["zod"]);
  expect(nodeUsers).toEqual([]);
});

test("it knows contracts, and no other room of the product", () => {
  expect(files.filter((path) => !/^(?:src\/client|contracts)\//u.test(path))).toEqual([]);
});
