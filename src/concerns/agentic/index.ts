import { createCapabilities } from "#concerns/agentic/capabilities.ts";
import { createExecute } from "#concerns/agentic/execute.ts";
import { createPlan } from "#concerns/agentic/plan.ts";
import { defineConcern } from "#concerns/concern.ts";

export const agentic = defineConcern({
  name: "agentic",
  handlers: {
    capabilities: createCapabilities,
    execute: createExecute,
    plan: createPlan,
  },
});
