import { expect, test } from "vitest";

import { createFlags } from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualClock } from "#support/manual-clock.ts";

test("without a source every flag is absent, nothing is listed, and no answer is waited for", async () => {
  const flags = createFlags({
    source: { kind: "none" },
    clock: createManualClock(),
    logger: silentLogger,
  });
  await flags.ready(60_000);
  expect(flags.evaluate("pam.chat", { key: "ada" })).toBe("absent");
  expect(flags.list()).toEqual([]);
  expect(flags.freshness()).toEqual({
    state: "static",
    source: "none",
    ageMs: undefined,
    problem: undefined,
  });
  await flags.close();
});
