import { describe, expect, test } from "vitest";

import { createMemoryViolationStore } from "#pam/safety/violations/memory-violation-store.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { describeViolationStore } from "#support/violation-suite.ts";

describe("violations in memory", () => {
  describeViolationStore(async () => {
    const clock = createManualClock();
    return {
      store: createMemoryViolationStore(clock),
      advance: async (ms) => clock.advance(ms),
      [Symbol.asyncDispose]: async () => {},
    };
  });

  test("no more than 10000 users are remembered: the oldest go", async () => {
    const store = createMemoryViolationStore(createManualClock());
    for (let user = 0; user <= 10_001; user += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await store.record(`u${user}`, "PROMPT_INJECTION");
    }
    expect(await store.record("u10001", "PROMPT_INJECTION")).toBe(2);
    expect(await store.record("u0", "PROMPT_INJECTION")).toBe(1);
  });
});
