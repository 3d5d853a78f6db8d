import { join } from "node:path";

import { expect, test } from "vitest";

import { loadVolatileFields } from "#contracts/volatile-fields.ts";
import { packageRoot } from "#platform/package-root.ts";
import { gatherVolatileFields } from "#support/volatile-fields.ts";

test("the table of volatile fields is what the recordings know", () => {
  const kept = loadVolatileFields(join(packageRoot(), "contracts"));
  expect(kept).toEqual(gatherVolatileFields());
  expect(kept["chat.send"]?.["/message_id"]).toBe("uuid");
});
