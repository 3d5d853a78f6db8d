import { expect, test } from "vitest";

import { createDecision } from "#cli/decision.ts";
import { loadConfig } from "#platform/config/load-config.ts";
import { explainRequestSchema } from "#routing/explain.ts";
import { createFakeFlags } from "#support/fake-flags.ts";

test("the running service explains by the very safeguards that it decides by", async () => {
  const { explain } = createDecision(loadConfig({}), createFakeFlags(), {
    isTripped: () => true,
    ceilingOf: () => ({ allowedPercent: 5, isEnforced: true }),
  });
  const explanation = await explain(
    explainRequestSchema.parse({ method: "GET", path: "/api/v1/pam/health" }),
  );
  expect(explanation).toMatchObject({
    decision: { reason: "guard-tripped" },
    guard: { state: "tripped" },
    ceiling: { allowedPercent: 5 },
  });
});
