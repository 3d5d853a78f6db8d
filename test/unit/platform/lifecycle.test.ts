import { expect, test } from "vitest";

import { createLifecycle } from "#platform/lifecycle.ts";
import { silentLogger } from "#platform/logger.ts";

test("what was opened is closed in reverse order, once, past one that fails", async () => {
  const closed: string[] = [];
  const failures: unknown[] = [];
  const lifecycle = createLifecycle({ ...silentLogger, error: (fields) => failures.push(fields) });
  for (const name of ["first", "second", "third"]) {
    lifecycle.own(name, {
      async close() {
        closed.push(name);
        if (name === "second") throw new Error("will not");
      },
    });
  }
  await lifecycle.close();
  await lifecycle.close();
  expect(closed).toEqual(["third", "second", "first"]);
  expect(failures).toEqual([{ resource: "second", error: "will not" }]);
});
